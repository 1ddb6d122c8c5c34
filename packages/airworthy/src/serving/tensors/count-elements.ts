import type { Datatype } from '../../models/signature.ts';
import { isDatatype } from './element-types.ts';
import { tensorProblem } from './tensor-problem.ts';

/** More dimensions are no tensor that anybody sends. */
const MOST_DIMENSIONS = 16;

/** A tensor as a message names it, before its elements are read. */
export interface TensorHead {
  name: string;
  datatype: string;
  shape: readonly number[];
}

/**
 * The datatype of a tensor and how many elements its shape says it has. The sizes are multiplied exactly, so that no shape
 * can pass for another.
 *
 * @throws TENSOR_INVALID for an unknown datatype, a size that is no whole number, or too many
 */
export function countElements({ name, datatype, shape }: TensorHead): { datatype: Datatype; count: number } {
  const named = `input "${name.slice(0, 100)}"`;
  if (!isDatatype(datatype))
    throw tensorProblem(`${named}: datatype "${datatype.slice(0, 40)}" is not known`);
  if (shape.length > MOST_DIMENSIONS)
    throw tensorProblem(`${named} has ${shape.length} dimensions; at most ${MOST_DIMENSIONS} are taken`);
  let count = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0)
      throw tensorProblem(`${named}: shape [${shape}] has ${size}; sizes are whole numbers from 0`);
    count *= size;
    if (count > Number.MAX_SAFE_INTEGER)
      throw tensorProblem(`${named}: shape [${shape}] has too many elements`);
  }
  return { datatype, count };
}
