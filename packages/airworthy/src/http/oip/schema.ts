import { z } from 'zod';

const Parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** One input column. `data` is row-major, flat or nested. */
export const InputTensor = z.object({
  name: z.string(),
  shape: z.array(z.int().min(0)).min(1).max(8),
  datatype: z.string(),
  parameters: Parameters.optional(),
  data: z.array(z.unknown()).optional(),
});
export type InputTensor = z.infer<typeof InputTensor>;

/** The Open Inference Protocol's inference request in JSON. */
export const InferRequest = z.object({
  id: z.string().optional(),
  parameters: Parameters.optional(),
  inputs: z.array(InputTensor),
  outputs: z.array(z.object({ name: z.string(), parameters: Parameters.optional() })).optional(),
});
export type InferRequest = z.infer<typeof InferRequest>;

export interface OutputTensor {
  name: string;
  datatype: string;
  shape: number[];
  data: (number | string)[];
}
