import { z } from 'zod';
import {
  Deployment,
  DeployRequest,
  EndpointName,
  EndpointStatus,
  LoggedPrediction,
  resolveRelease,
} from '../../serving/index.ts';
import type { DoorDependencies } from '../door.ts';

/** One address of `/api/v1`: what it takes and gives, and the verb it calls. The OpenAPI page is made from these. */
export interface Operation {
  method: 'GET' | 'POST';
  /** With `:name` for parameters. */
  path: string;
  id: string;
  summary: string;
  params?: z.ZodObject;
  body?: z.ZodType;
  answer: z.ZodType;
  run(dependencies: DoorDependencies, input: { params: unknown; body: unknown }): Promise<unknown>;
}

const EndpointParams = z.strictObject({ endpoint: EndpointName });
const PredictionParams = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{32}$/, 'a prediction id is 32 lower-case hex characters'),
});

const Status = z.strictObject({
  project: z.string(),
  version: z.string(),
  ready: z.boolean(),
  endpoints: z.array(EndpointStatus),
  predictions: z.strictObject({
    logged: z.int(),
    shed: z.int(),
    repeated: z.int(),
    queued: z.int(),
  }),
});

const EndpointDetails = EndpointStatus.extend({
  record: z.record(z.string(), z.unknown()).nullable().describe('JSON Schema of one record.'),
});

const status: Operation = {
  method: 'GET',
  path: '/status',
  id: 'getStatus',
  summary: 'What serves, since when, on what evidence.',
  answer: Status,
  run: async ({ context, endpoints, version, draining }) => ({
    project: context.project,
    version,
    ready: endpoints.ready() && !draining(),
    endpoints: endpoints.status(),
    predictions: endpoints.predictionCounts(),
  }),
};

const listEndpoints: Operation = {
  method: 'GET',
  path: '/endpoints',
  id: 'listEndpoints',
  summary: 'Every endpoint with the JSON Schema of its records.',
  answer: z.strictObject({ endpoints: z.array(EndpointDetails) }),
  run: async ({ endpoints }) => ({
    endpoints: endpoints.status().map((endpoint) => ({
      ...endpoint,
      record: endpoint.deployment ? endpoints.describe(endpoint.endpoint).signature.record : null,
    })),
  }),
};

const deploy: Operation = {
  method: 'POST',
  path: '/endpoints/:endpoint/deploy',
  id: 'deployEndpoint',
  summary: 'Serves another version, by number or alias, without dropping a request.',
  params: EndpointParams,
  body: DeployRequest,
  answer: Deployment,
  async run({ context, endpoints }, { params, body }) {
    const { endpoint } = params as z.infer<typeof EndpointParams>;
    return endpoints.deploy(endpoint, await resolveRelease(context, body as DeployRequest));
  },
};

const getPrediction: Operation = {
  method: 'GET',
  path: '/predictions/:id',
  id: 'getPrediction',
  summary: 'A logged prediction with its record.',
  params: PredictionParams,
  answer: LoggedPrediction,
  run: ({ endpoints }, { params }) =>
    endpoints.findPrediction((params as z.infer<typeof PredictionParams>).id),
};

export const OPERATIONS: readonly Operation[] = [status, listEndpoints, deploy, getPrediction];
