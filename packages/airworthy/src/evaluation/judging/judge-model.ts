import { z } from 'zod';

const KeyVariable = z
  .string()
  .regex(/^[A-Za-z_]\w*$/, 'must be the name of an environment variable')
  .optional()
  .describe('Name of the environment variable with the key; none is sent where absent.');

const Endpoint = z.url({ protocol: /^https?$/ }).default('https://api.openai.com/v1');

const Parameters = z.record(z.string(), z.json()).default({});
const TimeoutSeconds = z.number().positive().max(600).default(60);

/** Who judges: a model behind an OpenAI-compatible address. */
export const JudgeModel = z.strictObject({
  model: z
    .string()
    .min(1)
    .describe('The model’s name, as its endpoint knows it; best one that never changes.'),
  endpoint: Endpoint.describe('The address above `/chat/completions`.'),
  keyVariable: KeyVariable,
  parameters: Parameters.describe(
    'Sent with every call, such as `max_tokens`; null leaves out what is sent by default (`temperature`).',
  ),
  format: z
    .enum(['auto', 'json-schema', 'text'])
    .default('auto')
    .describe(
      'How the form of the verdict is asked for: by `response_format`, in words, or in words where the endpoint refuses the former.',
    ),
  votes: z
    .int()
    .min(1)
    .max(15)
    .default(1)
    .describe('How often one answer is judged; the majority or the mean counts. Odd, so that it decides.'),
  timeoutSeconds: TimeoutSeconds,
});
export type JudgeModel = z.infer<typeof JudgeModel>;

/** What turns texts into vectors. */
export const Embedder = z.strictObject({
  model: z.string().min(1),
  endpoint: Endpoint.describe('The address above `/embeddings`.'),
  keyVariable: KeyVariable,
  parameters: Parameters.describe('Sent with every call, such as `dimensions`.'),
  timeoutSeconds: TimeoutSeconds,
});
export type Embedder = z.infer<typeof Embedder>;

/** What a judge sends with every call; several votes need a temperature at which they can differ. */
export function sentParameters({ parameters, votes }: JudgeModel): Record<string, unknown> {
  const merged = { temperature: votes > 1 ? 1 : 0, ...parameters };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
}

/** The judge and embedder of a suite, for scorers that name none of their own. */
export function suiteJudges({
  judge,
  embedder,
}: {
  judge?: JudgeModel | undefined;
  embedder?: Embedder | undefined;
}): Readonly<Record<string, unknown>> {
  return { ...(judge ? { judge } : {}), ...(embedder ? { embedder } : {}) };
}
