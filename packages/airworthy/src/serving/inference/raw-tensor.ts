import type { SignatureTensor } from '../../models/signature.ts';
import type { Tensor } from '../runtimes/runtime.ts';
import { tensorFromBytes } from '../tensors/binary-tensors.ts';
import { ARRAYS } from '../tensors/element-types.ts';
import { tensorProblem } from '../tensors/tensor-problem.ts';

/**
 * A body that is nothing but the elements of a model's only input, for one row: its shape is the model's, where one size
 * that varies is what the body comes to. BYTES are one element, without a length before it.
 *
 * @throws TENSOR_INVALID where the model has several inputs, or the body does not fit
 */
export function rawTensor(inputs: readonly SignatureTensor[], body: Buffer): Tensor {
  const [input] = inputs;
  if (input === undefined || inputs.length > 1)
    throw tensorProblem(
      `the model has ${inputs.length} inputs; a body without JSON (Inference-Header-Content-Length: 0) can be only one`,
    );
  const { name, datatype } = input;
  const [first, ...rest] = input.shape;
  const shape = [...(first === undefined ? [] : [first === -1 ? 1 : first]), ...rest];
  if (datatype === 'BYTES') {
    const ones = shape.map((size) => (size === -1 ? 1 : size));
    if (ones.every((size) => size === 1)) return { name, datatype, shape: ones, data: [body] };
    throw tensorProblem(`input "${name}" has shape [${input.shape}], and a body without JSON is one element`);
  }
  const elements = body.length / ARRAYS[datatype].BYTES_PER_ELEMENT;
  const known = shape.filter((size) => size !== -1).reduce((product, size) => product * size, 1);
  const varying = shape.filter((size) => size === -1).length;
  if (varying > 1)
    throw tensorProblem(`input "${name}" has shape [${input.shape}], which a body without JSON cannot say`);
  const filled = shape.map((size) => (size === -1 ? Math.floor(elements / known) : size));
  return tensorFromBytes({ name, datatype, shape: filled }, body);
}
