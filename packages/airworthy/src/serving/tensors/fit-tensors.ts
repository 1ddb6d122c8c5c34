import type { Datatype, SignatureTensor } from '../../models/signature.ts';
import type { Tensor } from '../runtimes/runtime.ts';
import { ARRAYS, INTEGER_RANGES } from './element-types.ts';
import { numbersOf } from './tensor-numbers.ts';
import { tensorProblem } from './tensor-problem.ts';
import { tensorsByName } from './tensors-by-name.ts';

/**
 * A request's tensors as a model that takes tensors wants them: in its order, of its shapes, of its datatypes. A number may
 * come as another numeric datatype where it stays the same number; floats may be rounded to 32 bits.
 *
 * @throws TENSOR_INVALID that names the input
 */
export function fitTensors(wanted: readonly SignatureTensor[], tensors: readonly Tensor[]): Tensor[] {
  const byName = tensorsByName(
    wanted.map(({ name }) => name),
    tensors,
  );
  return wanted.map((input) => {
    const tensor = byName.get(input.name);
    if (tensor === undefined) throw tensorProblem(`input "${input.name}" is missing`, input.name);
    requireShape(input, tensor);
    return toDatatype(tensor, input.datatype);
  });
}

function requireShape({ name, shape: wanted }: SignatureTensor, { shape }: Tensor): void {
  const fits =
    shape.length === wanted.length && shape.every((size, at) => wanted[at] === -1 || wanted[at] === size);
  if (!fits) throw tensorProblem(`input "${name}" has shape [${shape}]; the model takes [${wanted}]`);
}

/** As `tensor`, of another datatype. @throws TENSOR_INVALID where an element would be another number */
export function toDatatype(tensor: Tensor, datatype: Datatype): Tensor {
  if (tensor.datatype === datatype) return tensor;
  const mismatch = () =>
    tensorProblem(`input "${tensor.name}" is ${tensor.datatype}; the model takes ${datatype}`);
  if (tensor.datatype === 'BOOL' || datatype === 'BOOL' || datatype === 'FP16' || datatype === 'BF16')
    throw mismatch();
  const numbers = numbersOf(tensor);
  if (numbers === undefined || datatype === 'BYTES') throw mismatch();
  const range = INTEGER_RANGES[datatype];
  const data = new ARRAYS[datatype](numbers.length);
  const isBig = data instanceof BigInt64Array || data instanceof BigUint64Array;
  const isSame = range === undefined ? staysFinite : isWholeIn(Number(range[0]), Number(range[1]));
  for (let index = 0; index < numbers.length; index++) {
    const value = numbers[index];
    const held = datatype === 'FP32' ? Math.fround(value) : value;
    if (!isSame(value, held))
      throw tensorProblem(`input "${tensor.name}": element ${index} is ${value}, which is no ${datatype}`);
    data[index] = isBig ? BigInt(held) : held;
  }
  return { ...tensor, datatype, data };
}

/** What was infinite or NaN may remain so; what was a number must. */
const staysFinite = (value: number, held: number): boolean =>
  Number.isFinite(held) || !Number.isFinite(value);

const isWholeIn = (low: number, high: number) => (value: number) =>
  Number.isSafeInteger(value) && value >= low && value <= high;
