import type { Tensor } from '../runtimes/runtime.ts';
import { ARRAYS, type FixedDatatype, INTEGER_RANGES } from './element-types.ts';
import { tensorProblem } from './tensor-problem.ts';

/**
 * A tensor from elements as protocols with typed lists have them: 64-bit integers may be text.
 *
 * @throws TENSOR_INVALID for an integer beyond its datatype's range
 */
export function tensorFromNumbers(
  { name, datatype, shape }: { name: string; datatype: FixedDatatype; shape: number[] },
  elements: readonly (number | boolean | string)[],
): Tensor {
  const data = new ARRAYS[datatype](elements.length);
  const isBig = data instanceof BigInt64Array || data instanceof BigUint64Array;
  const [low, high] = INTEGER_RANGES[datatype] ?? [];
  for (let index = 0; index < elements.length; index++) {
    const element = elements[index];
    const value = isBig ? BigInt(element) : Number(element);
    if (low !== undefined && high !== undefined && (value < low || value > high))
      throw tensorProblem(`input "${name}": element ${index} is ${element}, which is no ${datatype}`);
    data[index] = value;
  }
  return { name, datatype, shape, data };
}
