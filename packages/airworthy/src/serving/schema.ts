import { z } from 'zod';
import { GatewayConfig } from './gateway/config.ts';
import { RequestLogConfig, RequestTracesConfig } from './observation/schema.ts';
import { RolloutConfig } from './rollouts/plan-schema.ts';

/** Kebab-case, as every name in a project: `flight-delays`. */
export const EndpointName = z
  .string()
  .max(100)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be kebab-case, such as "flight-delays"');

/** The `serving` key of a project. */
export const ServingConfig = z.strictObject({
  endpoint: EndpointName.optional().describe('Name of the endpoint; the project’s name where absent.'),
  key: z
    .array(z.string().min(1))
    .min(1)
    .max(10)
    .optional()
    .describe(
      'Fields of a record that say what it is about, such as an order number: labels may be sent by them. Those that are no features are taken beside these.',
    ),
  trustedKeys: z
    .array(z.string().regex(/^[0-9a-f]{64}$/, 'must be the id of a key: 64 hex characters'))
    .max(100)
    .optional()
    .describe(
      'Ids of signing keys, beside the data folder’s own, whose bundles are served; `airworthy models verify` shows a bundle’s.',
    ),
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on. Beyond loopback a token is required (AIRWORTHY_TOKEN).'),
  port: z.int().min(0).max(65_535).default(4400).describe('Port to listen on; 0 takes a free one.'),
  limits: z
    .strictObject({
      maxBatch: z.int().min(1).max(1_000_000).default(1_000).describe('Most records in one request.'),
      bodyBytes: z
        .int()
        .min(1_024)
        .max(1 << 30)
        .default(10 << 20)
        .describe('Largest request body, in bytes.'),
    })
    .prefault({})
    .describe('What a request may hold.'),
  explain: z
    .strictObject({
      budgetMs: z
        .number()
        .positive()
        .max(60_000)
        .default(50)
        .describe('Most milliseconds that the explanations of one request may take; more is refused.'),
    })
    .prefault({})
    .describe('Shapley values beside predictions (`?explain=shap`).'),
  queue: z
    .strictObject({
      records: z
        .int()
        .min(1)
        .max(10_000_000)
        .default(10_000)
        .describe('Most records that wait for one release; beyond it requests are refused (429).'),
      waitMs: z
        .number()
        .positive()
        .max(3_600_000)
        .default(5_000)
        .describe(
          'Longest estimated wait for one release, in milliseconds; beyond it requests are refused (429).',
        ),
      batchRecords: z
        .int()
        .min(1)
        .max(100_000)
        .default(4_096)
        .describe('Most records that are computed in one run.'),
    })
    .prefault({})
    .describe('Who waits for a release that is busy, and how long.'),
  tls: z
    .strictObject({
      certificate: z.string().min(1).describe('Path of the certificate with its chain, PEM.'),
      key: z.string().min(1).describe('Path of its private key, PEM.'),
    })
    .optional()
    .describe(
      'Serves HTTPS, HTTP/2 and HTTP/1.1 on the same port; paths are relative to the project, and new files are taken as they come.',
    ),
  grpc: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Speak the Open Inference Protocol over gRPC too.'),
      port: z
        .int()
        .min(0)
        .max(65_535)
        .optional()
        .describe('Port to listen on; the one above serving.port where absent, 0 takes a free one.'),
    })
    .prefault({})
    .describe('The same models over gRPC.'),
  rollout: RolloutConfig.prefault({}).describe('How a new version comes to serve everybody.'),
  traces: RequestTracesConfig.prefault({}).describe('Spans of prediction requests.'),
  log: RequestLogConfig.prefault({}).describe('What the server’s log has of prediction requests.'),
  predictionLog: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Keep each prediction with its record.'),
      retentionDays: z
        .number()
        .positive()
        .max(36_500)
        .default(30)
        .describe('Predictions older than this go.'),
      queue: z
        .int()
        .min(1)
        .max(1_000_000)
        .default(10_000)
        .describe('Most predictions waiting to be written; beyond it they are shed and counted.'),
    })
    .prefault({})
    .describe('Which predictions are kept, and how long.'),
  gateway: GatewayConfig.prefault({}).describe('Calls to language models, at /v1 and by `airworthy run`.'),
});
export type ServingConfig = z.infer<typeof ServingConfig>;

/** What to serve at an endpoint: a registered version and the digest of its bundle. */
export const Release = z.strictObject({
  model: z.string().min(1),
  version: z.int().min(1),
  bundle: z.string().regex(/^[0-9a-f]{64}$/, 'must be a sha256 digest'),
  reason: z.string().max(2_000).optional(),
});
export type Release = z.infer<typeof Release>;

/** Which bundle an endpoint serves, and since when (milliseconds since the epoch). */
export const Deployment = z.strictObject({
  id: z.string(),
  endpoint: z.string(),
  model: z.string(),
  version: z.int(),
  bundle: z.string(),
  actor: z.string(),
  reason: z.string(),
  startedAt: z.number(),
});
export type Deployment = z.infer<typeof Deployment>;

/** The same of any time. `endedAt` null: it serves now. */
export const DeploymentRecord = Deployment.extend({ endedAt: z.number().nullable() });
export type DeploymentRecord = z.infer<typeof DeploymentRecord>;

/** On what evidence a bundle serves. */
export const Evidence = z.strictObject({
  bundle: z.string(),
  run: z.string().nullable(),
  verdicts: z.array(z.string()).describe('One sentence a gate, with estimate, interval and n.'),
  datasets: z.array(z.string()).describe('Digests of the dataset versions the run read.'),
});
export type Evidence = z.infer<typeof Evidence>;

/** One line of `airworthy status`: what serves, since when, on what evidence. */
export const EndpointStatus = z.strictObject({
  endpoint: z.string(),
  state: z
    .enum(['ready', 'unavailable', 'recorded'])
    .describe(
      'ready here; unavailable here, with the problem; or only on record (no server in this process).',
    ),
  problem: z.string().nullable(),
  deployment: Deployment.nullable(),
  evidence: Evidence.nullable(),
});
export type EndpointStatus = z.infer<typeof EndpointStatus>;

/** One wrong value of a record: `[3].distance` in a list, `distance` in a single record. */
export const FieldProblem = z.strictObject({ path: z.string(), problem: z.string() });
export type FieldProblem = z.infer<typeof FieldProblem>;

/** A logged prediction. Latency in microseconds, time in milliseconds since the epoch. */
export const LoggedPrediction = z.strictObject({
  id: z.string(),
  endpoint: z.string(),
  model: z.string(),
  version: z.int(),
  arm: z.string(),
  record: z.record(z.string(), z.unknown()),
  output: z.record(z.string(), z.unknown()),
  latencyUs: z.int(),
  at: z.number(),
});
export type LoggedPrediction = z.infer<typeof LoggedPrediction>;
