import { z } from 'zod';

const Name = z
  .string()
  .max(100)
  .regex(/^[a-zA-Z0-9][\w.-]*$/, 'must be letters, digits, ".", "_" and "-", such as "fast-chat"');
const Variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable, such as OPENAI_API_KEY');
const Model = z.string().min(1).max(250);
const Milliseconds = z.int().min(1).max(86_400_000);
const Positive = z.number().positive();

/** Is there without being configured, and answers what nothing else does. */
export const DEFAULT_PROVIDER = 'openai';
/** Where it is unless anybody says otherwise. */
export const OPENAI_URL = 'https://api.openai.com/v1';

/** A server that speaks the OpenAI API. */
export const Provider = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'Its address with the version, such as https://api.openai.com/v1; only `openai` has one by itself.',
    ),
  key: Variable.optional().describe(
    'Environment variable that holds the key; without one the caller’s own is passed on to `openai`, and to no other.',
  ),
  headers: z
    .record(z.string().min(1).max(200), z.string().max(2_000))
    .default({})
    .describe('Further headers; a value `env:NAME` is read from the environment.'),
  organization: z.string().min(1).max(200).optional().describe('Sent as openai-organization.'),
  timeoutMs: Milliseconds.default(600_000).describe('Longest wait for the first byte, and between bytes.'),
  models: z.array(Model).max(1_000).default([]).describe('Models that are listed under GET /v1/models.'),
  countStreams: z
    .boolean()
    .default(true)
    .describe('Asks for the usage of streams, which the client does not see where it did not ask itself.'),
});
export type Provider = z.output<typeof Provider>;

const Target = z.strictObject({
  provider: Name.default('openai').describe('One of `providers`; `openai` is there without being named.'),
  model: Model.describe('The provider’s name of the model.'),
  weight: Positive.max(1_000_000).default(1).describe('Share of the calls, beside the other targets.'),
});
export type Target = z.output<typeof Target>;

const Route = z.strictObject({
  targets: z.array(Target).min(1).max(20).describe('One of these answers; the same user gets the same.'),
  fallbacks: z
    .array(Target.omit({ weight: true }))
    .max(10)
    .default([])
    .describe('Asked in this order where the one before cannot answer.'),
  retries: z.int().min(0).max(10).default(1).describe('Further tries of one target, before its first byte.'),
  parameters: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('Members of the request that the caller may leave out, such as temperature.'),
});
export type Route = z.output<typeof Route>;

const SCOPES = ['project', 'user', 'route', 'model', 'provider'] as const;
export type Scope = (typeof SCOPES)[number];
const scope = z.enum(SCOPES).default('project').describe('What it holds for: everything, or each of these.');
const of = z
  .string()
  .min(1)
  .max(250)
  .optional()
  .describe('Only for the user, route, model or provider of that name.');

const Budget = z
  .strictObject({
    name: Name.describe('What it is called where it is shown, and where it refuses.'),
    scope,
    of,
    period: z.enum(['day', 'month']).default('month').describe('In UTC.'),
    cost: Positive.optional().describe('US dollars.'),
    tokens: Positive.optional().describe('Input and output tokens.'),
    hard: z.boolean().default(true).describe('Refuses what would go beyond; `false` only says so.'),
  })
  .refine(({ cost, tokens }) => (cost === undefined) !== (tokens === undefined), {
    error: 'a budget has either `cost` or `tokens`',
  });
export type Budget = z.output<typeof Budget>;

const RateLimit = z.strictObject({
  scope,
  of,
  requestsPerMinute: Positive.optional().describe('Calls in any 60 seconds.'),
  tokensPerMinute: Positive.optional().describe('Input and output tokens in any 60 seconds.'),
});
export type RateLimit = z.output<typeof RateLimit>;

/** `serving.gateway` of a project's config. */
export const GatewayConfig = z
  .strictObject({
    providers: z.record(Name, Provider).default({}).describe('Where models are, by name.'),
    routes: z.record(Name, Route).default({}).describe('Names that clients ask for, and who answers.'),
    budgets: z.array(Budget).max(100).default([]).describe('What may be spent.'),
    rateLimits: z
      .array(RateLimit)
      .max(100)
      .default([])
      .describe('How much may be asked for in any 60 seconds.'),
    traces: z
      .boolean()
      .default(true)
      .describe('Keeps each call as a trace; what it took is counted in any case.'),
    cache: z
      .strictObject({
        enabled: z.boolean().default(false).describe('Answers the same request again from memory.'),
        seconds: z.number().positive().max(31_536_000).default(3_600).describe('How long an answer holds.'),
        sampled: z
          .boolean()
          .default(false)
          .describe('Also requests whose answer is drawn: without `temperature: 0` and without `seed`.'),
        bytes: z
          .int()
          .min(1_024)
          .max(1 << 30)
          .default(64 << 20)
          .describe('Most memory for answers.'),
      })
      .prefault({})
      .describe('Exact cache; equal requests under way are asked once.'),
    limits: z
      .strictObject({
        bodyBytes: z
          .int()
          .min(1_024)
          .max(1 << 30)
          .default(32 << 20)
          .describe('Largest request, with its audio.'),
        answerBytes: z
          .int()
          .min(1_024)
          .max(1 << 30)
          .default(64 << 20)
          .describe('Largest answer that is no stream.'),
        streamSeconds: z.number().positive().max(86_400).default(3_600).describe('Longest stream.'),
      })
      .prefault({})
      .describe('What one call may take.'),
  })
  .superRefine(({ providers, routes }, check) => {
    for (const [name, { url }] of Object.entries(providers)) {
      if (url === undefined && name !== DEFAULT_PROVIDER)
        check.addIssue({
          code: 'custom',
          path: ['providers', name, 'url'],
          message: 'a provider has an address',
        });
    }
    for (const [name, { targets, fallbacks }] of Object.entries(routes)) {
      const unknown = [...targets, ...fallbacks].find(
        ({ provider }) => provider !== DEFAULT_PROVIDER && !Object.hasOwn(providers, provider),
      );
      if (unknown !== undefined)
        check.addIssue({
          code: 'custom',
          path: ['routes', name],
          message: `no provider is named "${unknown.provider}"`,
        });
    }
  });
export type GatewayConfig = z.output<typeof GatewayConfig>;
