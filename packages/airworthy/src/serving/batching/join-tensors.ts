import type { Signature, SignatureTensor } from '../../models/signature.ts';
import type { Tensor, TensorData } from '../runtimes/runtime.ts';

/** May requests of this signature share a run: is the first size of everything that goes in and out the number of rows? */
export function sharesRuns({ inputs, outputs }: Signature): boolean {
  const hasRows = ({ shape }: SignatureTensor) => shape[0] === -1;
  return inputs.length > 0 && outputs.length > 0 && inputs.every(hasRows) && outputs.every(hasRows);
}

/** What requests must have in common to be one run: names, datatypes and sizes but for the rows; null where rows differ within one. */
export function tensorShape(inputs: readonly Tensor[]): string | null {
  const rows = inputs[0]?.shape[0];
  if (rows === undefined || inputs.some(({ shape }) => shape[0] !== rows)) return null;
  return JSON.stringify(inputs.map(({ name, datatype, shape }) => [name, datatype, ...shape.slice(1)]));
}

/** Inputs of several requests of one shape, one under the other. */
export function joinTensors(requests: readonly (readonly Tensor[])[]): Tensor[] {
  return requests[0].map((first, index) => {
    const parts = requests.map((inputs) => inputs[index]);
    const rows = parts.reduce((sum, { shape }) => sum + shape[0], 0);
    return {
      ...first,
      shape: [rows, ...first.shape.slice(1)],
      data: joinData(parts.map(({ data }) => data)),
    };
  });
}

function joinData(parts: readonly TensorData[]): TensorData {
  const [first] = parts;
  if (Array.isArray(first)) return (parts as Buffer[][]).flat();
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const Data = first.constructor as new (length: number) => Exclude<TensorData, Buffer[]>;
  const joined = new Data(length);
  let start = 0;
  for (const part of parts) {
    // All of one datatype, and so of one class.
    joined.set(part as never, start);
    start += part.length;
  }
  return joined;
}

/** Each request's rows of the outputs. @throws RangeError where an output has not as many rows as went in. */
export function splitTensors(outputs: readonly Tensor[], rows: readonly number[]): Tensor[][] {
  const all = rows.reduce((sum, count) => sum + count, 0);
  for (const { name, shape } of outputs)
    if (shape[0] !== all) throw new RangeError(`output "${name}" has ${shape[0]} rows for ${all}`);
  let start = 0;
  return rows.map((count) => {
    const from = start;
    start += count;
    return outputs.map((output) => {
      const width = all === 0 ? 0 : output.data.length / all;
      const data = output.data.slice(from * width, (from + count) * width);
      return { ...output, shape: [count, ...output.shape.slice(1)], data };
    });
  });
}
