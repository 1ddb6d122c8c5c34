import { z } from 'zod';

/** A prompt: a text, messages, `file://…`, or `prompts:/name/version` of the registry. */
export const PromptInput = z.union([
  z.string().min(1),
  z.array(z.looseObject({ role: z.string().min(1) })).min(1),
]);
export type PromptInput = z.infer<typeof PromptInput>;

const Address = z.string().min(1).max(2_000);
const Headers = z.record(z.string().min(1), z.string());

/** An OpenAI-compatible model with a prompt. */
export const ModelTaskInput = z.strictObject({
  model: z.string().min(1).max(250).describe('Name of the model, as its server knows it.'),
  endpoint: Address.optional().describe(
    'Address that `/chat/completions` is below; OPENAI_BASE_URL, else https://api.openai.com/v1 where absent.',
  ),
  prompt: PromptInput.optional().describe(
    'With {{variables}} of the case’s input; the input itself where absent.',
  ),
  system: z.string().min(1).optional().describe('A system message before the prompt.'),
  parameters: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('Sent along as they are: temperature, max_tokens, response_format …'),
  tools: z
    .union([z.string().min(1), z.array(z.record(z.string(), z.unknown()))])
    .optional()
    .describe('Tools the model may call; "{{tools}}" takes them from the case’s input.'),
  keyVariable: z.string().min(1).optional().describe('The environment variable that has the key.'),
  headers: Headers.optional(),
  sendSeed: z
    .boolean()
    .default(false)
    .describe('Sends `seed`, another one each trial, to models that know it.'),
});
export type ModelTaskInput = z.infer<typeof ModelTaskInput>;

/** Any server that takes JSON. */
export const EndpointTaskInput = z.strictObject({
  endpoint: Address.describe('An address, or the name of an endpoint of this project.'),
  body: z
    .unknown()
    .optional()
    .describe('What is posted, with {{variables}} of the input; the input itself where absent.'),
  output: z.string().min(1).optional().describe('Path to the answer in the response, such as `data.text`.'),
  keyVariable: z.string().min(1).optional(),
  headers: Headers.optional(),
});
export type EndpointTaskInput = z.infer<typeof EndpointTaskInput>;

/** A program: one process a case, or one that answers a line with a line. */
export const CommandTaskInput = z.strictObject({
  command: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
  protocol: z
    .enum(['once', 'lines'])
    .default('once')
    .describe(
      '`once`: one process a case; `lines`: processes that live on and answer each line of JSON with one.',
    ),
  output: z.enum(['text', 'json']).optional().describe('What a process prints; `text` for `once`.'),
  processes: z.int().min(1).max(64).default(1).describe('Of `lines`, each with one case at a time.'),
  environment: z.record(z.string(), z.string()).default({}),
});
export type CommandTaskInput = z.infer<typeof CommandTaskInput>;

/** A packed model of this project. */
export const BundleTaskInput = z.strictObject({
  bundle: z.string().min(1).describe('`model@alias`, `model/3`, or the digest of a bundle.'),
});
export type BundleTaskInput = z.infer<typeof BundleTaskInput>;
