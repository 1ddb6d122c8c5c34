import type { Field } from '../../models/table.ts';
import type { Tensor, TensorData } from '../runtimes/runtime.ts';
import { tensorProblem } from './tensor-problem.ts';

/**
 * Tensors with a matrix among them, as clients of scikit-learn servers send it, taken apart into one of each field. A
 * matrix `[N, F]` is the only input that is named like no field; its columns are the fields that no other input names,
 * in the signature's order. Anything else is left as it is.
 *
 * @throws TENSOR_INVALID where it has another number of columns
 */
export function splitMatrix(fields: readonly Field[], tensors: readonly Tensor[]): readonly Tensor[] {
  const names = new Set(fields.map(({ name }) => name));
  const [matrix, another] = tensors.filter(({ name }) => !names.has(name));
  if (matrix === undefined || another !== undefined || matrix.shape.length !== 2) return tensors;
  const [rows, width] = matrix.shape;
  // One column beside others is a field whose name is misspelt.
  if (width === 1 && tensors.length > 1) return tensors;
  const others = tensors.filter((tensor) => tensor !== matrix);
  const rest = fields.filter(({ name }) => others.every((other) => other.name !== name));
  if (width !== rest.length) {
    if (width === 1) return tensors;
    const columns = rest
      .map(({ name }) => `"${name}"`)
      .join(', ')
      .slice(0, 500);
    throw tensorProblem(
      `input "${matrix.name.slice(0, 100)}" has ${width} columns; the model takes ${rest.length}: ${columns}`,
    );
  }
  const columns = rest.map(({ name }, index) => ({
    ...matrix,
    name,
    shape: [rows, 1],
    data: columnOf(matrix.data, index, width),
  }));
  return [...columns, ...others];
}

function columnOf(data: TensorData, index: number, width: number): TensorData {
  if (Array.isArray(data)) return data.filter((_, at) => at % width === index);
  const column = data.slice(0, data.length / width);
  for (let row = 0; row < column.length; row++) column[row] = data[row * width + index];
  return column;
}
