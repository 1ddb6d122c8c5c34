import { z } from 'zod';

/** As the protocol has them: what a server does not know it leaves alone. */
export const Parameters = z.record(z.string(), z.unknown());
export type Parameters = z.infer<typeof Parameters>;

/** One input. Its elements are `data`, or lie behind the JSON where the parameters say `binary_data_size`. */
export const InferInput = z.object({
  name: z.string().max(1_000),
  shape: z.array(z.number()),
  datatype: z.string(),
  parameters: Parameters.optional(),
  // Elements are looked at once, by the tensor codec.
  data: z.custom<readonly unknown[]>(Array.isArray, 'must be a list').optional(),
});
export type InferInput = z.infer<typeof InferInput>;

/** The Open Inference Protocol's inference request: its JSON. */
export const InferRequest = z.object({
  id: z.string().max(1_000).optional(),
  parameters: Parameters.optional(),
  inputs: z.array(InferInput).max(10_000),
  outputs: z
    .array(z.object({ name: z.string(), parameters: Parameters.optional() }))
    .max(10_000)
    .optional(),
});
export type InferRequest = z.infer<typeof InferRequest>;

export const IndexRequest = z.object({ ready: z.boolean().optional() });

/** Of load and unload: a version may be named; a model's files come from the registry alone. */
export const RepositoryRequest = z.object({ parameters: Parameters.optional() });

/** Other keys at the top are fields of the record. */
export const GenerateRequest = z.looseObject({
  id: z.string().max(1_000).optional(),
  text_input: z.string(),
  parameters: Parameters.optional(),
});
export type GenerateRequest = z.infer<typeof GenerateRequest>;
