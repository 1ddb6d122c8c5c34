import {
  countElements,
  type Tensor,
  tensorFromBytes,
  tensorFromNumbers,
  tensorProblem,
  tensorToBytes,
} from '../serving/index.ts';
import type { InputTensor, ModelInferRequest, OutputTensor, TensorContents } from './messages.ts';

/** The field of the contents that a datatype's elements are in; 16-bit floats have none. */
const FIELDS: Readonly<Record<string, keyof TensorContents | undefined>> = {
  BOOL: 'bool_contents',
  INT8: 'int_contents',
  INT16: 'int_contents',
  INT32: 'int_contents',
  INT64: 'int64_contents',
  UINT8: 'uint_contents',
  UINT16: 'uint_contents',
  UINT32: 'uint_contents',
  UINT64: 'uint64_contents',
  FP32: 'fp32_contents',
  FP64: 'fp64_contents',
  BYTES: 'bytes_contents',
};

/** @throws TENSOR_INVALID */
export function readTensors({ inputs, raw_input_contents: raw }: ModelInferRequest): Tensor[] {
  if (raw.length === 0) return inputs.map(readContents);
  if (raw.length !== inputs.length)
    throw tensorProblem(`the request has ${inputs.length} inputs and ${raw.length} raw_input_contents`);
  return inputs.map((input, index) => {
    if (hasContents(input))
      throw tensorProblem(`input "${input.name}" has contents beside raw_input_contents`);
    return tensorFromBytes(headOf(input), raw[index]);
  });
}

function headOf({ name, datatype, shape }: InputTensor) {
  return { name, datatype, shape: shape.map(Number) };
}

function hasContents({ contents }: InputTensor): boolean {
  return Object.values(contents ?? {}).some((elements) => elements.length > 0);
}

function readContents(input: InputTensor): Tensor {
  const head = headOf(input);
  const { datatype, count } = countElements(head);
  const field = FIELDS[datatype];
  const { name, shape } = head;
  if (field === undefined)
    throw tensorProblem(`input "${name}": ${datatype} comes only in raw_input_contents`);
  const elements = input.contents?.[field] ?? [];
  if (elements.length !== count)
    throw tensorProblem(
      `input "${name}" has shape [${shape}], so ${count} elements, and ${field} of ${elements.length}`,
    );
  if (datatype === 'BYTES') return { name, datatype, shape, data: elements as Buffer[] };
  return tensorFromNumbers({ name, datatype, shape }, elements as (number | boolean | string)[]);
}

/** A tensor with its elements in the field of its datatype. */
export function withContents(tensor: Tensor): OutputTensor {
  const { name, datatype, shape, data } = tensor;
  const field = FIELDS[datatype];
  const elements =
    datatype === 'BOOL' ? Array.from(data as Uint8Array, Boolean) : Array.from(data as Float64Array);
  const asText = data instanceof BigInt64Array || data instanceof BigUint64Array;
  const contents = { [field ?? 'bytes_contents']: asText ? elements.map(String) : elements };
  return { name, datatype, shape, contents };
}

/** Tensors of which some have no typed form, or that answer raw ones. */
export function withRaw(tensors: readonly Tensor[]): {
  outputs: OutputTensor[];
  raw_output_contents: Buffer[];
} {
  return {
    outputs: tensors.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
    raw_output_contents: tensors.map(tensorToBytes),
  };
}

/** Can every tensor be given in typed contents? */
export function haveContents(tensors: readonly Tensor[]): boolean {
  return tensors.every(({ datatype }) => FIELDS[datatype] !== undefined);
}
