import type { Tensor } from '../runtimes/runtime.ts';
import { fromBfloat, fromHalf } from './half-floats.ts';
import { tensorProblem } from './tensor-problem.ts';

/**
 * A tensor's elements as float64: BOOL as 0 and 1. Shares the memory of one that is FP64 already; undefined for BYTES.
 *
 * @throws TENSOR_INVALID for a 64-bit integer beyond 2^53, which a float64 cannot hold
 */
export function numbersOf({ name, datatype, data }: Tensor): Float64Array | undefined {
  if (Array.isArray(data)) return undefined;
  if (data instanceof Float64Array) return data;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return fromBigs(name, data);
  if (datatype === 'FP16') return Float64Array.from(data as Uint16Array, fromHalf);
  if (datatype === 'BF16') return Float64Array.from(data as Uint16Array, fromBfloat);
  return new Float64Array(data);
}

function fromBigs(name: string, data: BigInt64Array | BigUint64Array): Float64Array {
  const numbers = new Float64Array(data.length);
  for (let index = 0; index < data.length; index++) {
    numbers[index] = Number(data[index]);
    if (!Number.isSafeInteger(numbers[index]))
      throw tensorProblem(
        `input "${name}": element ${index} is ${data[index]}, which is beyond 2^53 and would lose digits`,
      );
  }
  return numbers;
}
