import { z } from 'zod';
import { fieldSchema, taskSchema } from '../../models/model-schema.ts';
import { DATATYPES } from '../../models/signature.ts';
import { parseTimestamp } from '../../models/timestamps.ts';
import { EndpointName } from '../schema.ts';

const text = z.string().min(1);
const address = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });

/** A time limit is ISO 8601 text where a person writes it. */
const limit = z.union([
  z.number(),
  z
    .string()
    .refine((value) => !Number.isNaN(parseTimestamp(value)), 'must be a number or an ISO 8601 time')
    .transform((value) => parseTimestamp(value)),
]);

const serviceField = fieldSchema.extend({
  nullable: z.boolean().default(false).describe('May it be null or left out?'),
  minimum: limit.exactOptional(),
  maximum: limit.exactOptional(),
});

const tensor = z.strictObject({
  name: text,
  datatype: z.enum(DATATYPES),
  shape: z.array(z.int().min(-1)).max(8).describe('-1 is a size that varies.'),
});

/** Fields of a record and what is answered, or tensors in and out. */
const signature = {
  fields: z
    .array(serviceField)
    .min(1)
    .max(1_000)
    .optional()
    .describe('What a record has, by names of yours.'),
  task: taskSchema
    .optional()
    .describe('Where the answer is a class or a number: then gates, labels and drift know what it is.'),
  threshold: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('Binary: the positive class from this probability on; 0.5 where absent.'),
  output: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('JSON Schema of the answer to one record, where there is no task.'),
  tensors: z
    .strictObject({ inputs: z.array(tensor).min(1).max(256), outputs: z.array(tensor).min(1).max(256) })
    .optional()
    .describe('Instead of fields: tensors in the words of the Open Inference Protocol.'),
};

const tensorValue = z.strictObject({ shape: z.array(z.int().min(0)), data: z.array(z.unknown()) });

/** One question the service must answer as it did when it was packed. Without an answer, the one at packing is kept. */
export const GoldenCase = z.union([
  z.strictObject({ record: z.record(z.string(), z.unknown()), output: z.unknown().optional() }),
  z.strictObject({
    inputs: z.record(z.string(), tensorValue),
    outputs: z.record(z.string(), tensorValue).optional(),
  }),
]);
export type GoldenCase = z.infer<typeof GoldenCase>;

export const RuntimeLimits = z.strictObject({
  memoryMb: z
    .int()
    .min(128)
    .max(1 << 20)
    .default(512)
    .describe('Memory of one process (Node’s own 90 MB in it); beyond it the process is ended.'),
  timeoutMs: z.int().min(1).max(3_600_000).default(10_000).describe('Longest run of one request.'),
  startMs: z.int().min(1).max(3_600_000).default(30_000).describe('Longest start of a process.'),
  network: z
    .union([z.literal('none'), z.array(text).max(100)])
    .default('none')
    .describe('Hosts a function may connect to. A guard against mistakes, not a sandbox.'),
  concurrency: z
    .int()
    .min(1)
    .max(256)
    .optional()
    .describe('Processes (1), or requests to another server (32), at once.'),
});
export type RuntimeLimits = z.infer<typeof RuntimeLimits>;

const common = {
  name: EndpointName.describe('The model that this is the next version of.'),
  description: z.string().max(10_000).optional().describe('What it does, for the card.'),
  ...signature,
  golden: z
    .union([z.array(GoldenCase).max(1_000), z.string().regex(/\.jsonl$/, 'must be a list or a .jsonl file')])
    .default([])
    .describe('Records with the answers they must get, each time before a release serves.'),
  tolerance: z
    .number()
    .min(0)
    .max(1)
    .default(1e-6)
    .describe('How far golden numbers may be off, relative above 1.'),
  trainedOn: z
    .array(text)
    .max(100)
    .optional()
    .describe(
      'Dataset versions that it learnt from, such as corrections@2: on record as what its run read, so that `airworthy forget` names it.',
    ),
  limits: RuntimeLimits.prefault({}),
};

/** How records become the tensors of another server that takes tensors. */
const remoteInputs = z.discriminatedUnion('form', [
  z
    .strictObject({ form: z.literal('columns') })
    .describe('A tensor [N, 1] a field, as our own doors take them.'),
  z
    .strictObject({ form: z.literal('matrix'), name: text, datatype: z.enum(['FP32', 'FP64']) })
    .describe('One tensor [N, fields] of numbers.'),
]);

const message = z.strictObject({
  role: z.enum(['system', 'developer', 'user', 'assistant']),
  content: z.string(),
});

export const FunctionSpec = z.strictObject({
  ...common,
  runtime: z.literal('function'),
  module: text.describe('A TypeScript or JavaScript file, relative to the service file.'),
  export: text.default('predict').describe('The exported function.'),
  takes: z
    .enum(['record', 'batch'])
    .default('record')
    .describe('Does it take one record, or the list of a run, which it answers with a list?'),
});

/** Folder of a bundle with the files of a command, which starts in a copy of it. */
export const COMMAND_FILES = 'files';

export const CommandSpec = z.strictObject({
  ...common,
  runtime: z.literal('command'),
  command: z.array(text).min(1).max(100).describe('Program and arguments; started in a folder with `files`.'),
  protocol: z
    .enum(['json-lines', 'oip'])
    .default('json-lines')
    .describe(
      'Lines of JSON on standard input and output, or a server of the Open Inference Protocol on AIRWORTHY_PORT.',
    ),
  files: z
    .array(text)
    .max(1_000)
    .default([])
    .describe('Files it needs: paths or globs relative to the service file.'),
  environment: z.record(text, z.string()).default({}),
  model: text.optional().describe('Of `oip`: what it calls the model; the name of the service where absent.'),
});

export const RemoteSpec = z.strictObject({
  ...common,
  runtime: z.literal('remote'),
  url: address.describe('Where the server is: what `/v2` (oip) or `/chat/completions` (openai) is below.'),
  protocol: z.enum(['oip', 'openai']).default('oip'),
  model: text.describe('What the server calls the model.'),
  version: text.optional().describe('Of `oip`: the version to ask; the server’s choice where absent.'),
  key: z
    .string()
    .regex(/^env [A-Za-z_][A-Za-z0-9_]*$/, 'must be `env NAME`: the environment variable that has the key')
    .optional(),
  inputs: remoteInputs.default({ form: 'columns' }).describe('Of `oip` with fields.'),
  result: text.optional().describe('Of `oip` with fields: the output tensor that holds the scores.'),
  messages: z.array(message).min(1).optional().describe('Of `openai`: with {{field}} where a value goes.'),
  parameters: z.record(z.string(), z.unknown()).default({}).describe('Sent along as they are.'),
});

export const GraphSpec = z.strictObject({
  ...common,
  runtime: z.literal('onnx'),
  graph: text.describe('An ONNX file, relative to the service file; its tensors are the signature.'),
});

export const PromptSpec = z.strictObject({
  ...common,
  runtime: z.literal('prompt'),
  prompt: z
    .union([text, z.array(z.looseObject({ role: text, content: z.unknown() })).min(1)])
    .describe('`name@alias`, `name/version`, or messages with {{field}} where a value goes.'),
  from: z
    .strictObject({ name: text, version: text })
    .optional()
    .describe('Which prompt the messages are, where packing looked them up.'),
  model: text.describe('A gateway route, or provider/model.'),
  parameters: z.record(z.string(), z.unknown()).default({}),
  tools: z.array(z.record(z.string(), z.unknown())).default([]),
});

/** What a service file says. */
export const RuntimeSpec = z
  .discriminatedUnion('runtime', [FunctionSpec, CommandSpec, RemoteSpec, GraphSpec, PromptSpec])
  .superRefine((spec, check) => {
    for (const problem of signatureProblems(spec)) check.addIssue({ code: 'custom', ...problem });
  });
export type RuntimeSpec = z.infer<typeof RuntimeSpec>;
export type FunctionSpec = z.infer<typeof FunctionSpec>;
export type CommandSpec = z.infer<typeof CommandSpec>;
export type RemoteSpec = z.infer<typeof RemoteSpec>;
export type GraphSpec = z.infer<typeof GraphSpec>;
export type PromptSpec = z.infer<typeof PromptSpec>;

type Problem = { path: string[]; message: string };

function signatureProblems(spec: z.infer<typeof FunctionSpec> | { runtime: string }): Problem[] {
  const { runtime, fields, task, output, tensors } = spec as z.infer<typeof FunctionSpec>;
  if (runtime === ('onnx' as string)) {
    const said = Object.entries({ fields, task, output, tensors }).filter(([, value]) => value !== undefined);
    return said.map(([name]) => ({ path: [name], message: 'is the graph’s to say; leave it out' }));
  }
  if ((fields === undefined) === (tensors === undefined))
    return [{ path: ['fields'], message: 'give either `fields` or `tensors`' }];
  if (tensors && (task || output))
    return [{ path: ['tensors'], message: 'tensors have neither `task` nor `output`' }];
  if (fields && (task === undefined) === (output === undefined))
    return [{ path: ['task'], message: 'give either `task` or `output`' }];
  return [];
}
