import type { Tensor } from '../runtimes/runtime.ts';
import { countElements, type TensorHead } from './count-elements.ts';
import { ARRAYS, type FixedDatatype, INTEGER_RANGES } from './element-types.ts';
import { shown, tensorProblem } from './tensor-problem.ts';

/** A tensor as JSON has it: elements row-major, nested by the shape or flat. */
export interface JsonTensor extends TensorHead {
  data: readonly unknown[];
}

/**
 * A tensor from its JSON form. `null` is a missing element where records are meant (`missing: true`): NaN, and an empty
 * text in BYTES; whole numbers and booleans with one missing come as FP64.
 *
 * @throws TENSOR_INVALID where an element is not of the datatype, or there are not as many as the shape says
 */
export function tensorFromJson(input: JsonTensor, { missing }: { missing: boolean }): Tensor {
  const { datatype, count } = countElements(input);
  const { name } = input;
  const shape = [...input.shape];
  // Node flattens by as many levels as there are at most: deeper ones remain lists, and are no elements.
  const values = input.data.flat(Math.max(1, shape.length - 1));
  if (values.length !== count)
    throw tensorProblem(
      `input "${name}" has shape [${shape}], so ${count} elements, and data of ${values.length}`,
    );
  if (datatype === 'BYTES') return { name, datatype, shape, data: readTexts(name, values, missing) };
  if (datatype === 'FP16' || datatype === 'BF16')
    throw tensorProblem(`input "${name}": ${datatype} has no JSON form; send it in binary`);
  const isFloat = datatype === 'FP32' || datatype === 'FP64';
  const hasMissing = (missing || isFloat) && values.includes(null);
  const held = hasMissing && !isFloat ? 'FP64' : datatype;
  return { name, datatype: held, shape, data: readElements(name, datatype, held, values, hasMissing) };
}

function readElements(
  name: string,
  datatype: FixedDatatype,
  held: FixedDatatype,
  values: readonly unknown[],
  hasMissing: boolean,
) {
  const fits = ELEMENTS[datatype];
  const data = new ARRAYS[held](values.length);
  const isBig = data instanceof BigInt64Array || data instanceof BigUint64Array;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (hasMissing && value === null) data[index] = Number.NaN;
    else if (!fits(value)) throw notOfDatatype(name, index, value, datatype);
    else data[index] = isBig ? BigInt(value as number) : Number(value);
  }
  return data;
}

function readTexts(name: string, values: readonly unknown[], missing: boolean): Buffer[] {
  return values.map((value, index) => {
    if (typeof value === 'string') return Buffer.from(value, 'utf8');
    if (value === null && missing) return Buffer.alloc(0);
    throw notOfDatatype(name, index, value, 'BYTES');
  });
}

function notOfDatatype(name: string, index: number, value: unknown, datatype: string) {
  return tensorProblem(`input "${name}": element ${index} is ${shown(value)}, which is no ${datatype}`);
}

/** JSON numbers beyond 2^53 have lost digits on the way, so 64-bit integers stop there: binary has them all. */
function integerOf(datatype: FixedDatatype): (value: unknown) => boolean {
  const [low, high] = INTEGER_RANGES[datatype] ?? [0n, 0n];
  return (value) => Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high;
}

const ELEMENTS: Readonly<Record<FixedDatatype, (value: unknown) => boolean>> = {
  BOOL: (value) => typeof value === 'boolean',
  UINT8: integerOf('UINT8'),
  UINT16: integerOf('UINT16'),
  UINT32: integerOf('UINT32'),
  UINT64: integerOf('UINT64'),
  INT8: integerOf('INT8'),
  INT16: integerOf('INT16'),
  INT32: integerOf('INT32'),
  INT64: integerOf('INT64'),
  FP16: () => false,
  BF16: () => false,
  // What a number becomes in 32 bits must still be one; 1e999 is JSON, and infinite once read.
  FP32: (value) => typeof value === 'number' && Number.isFinite(Math.fround(value)),
  FP64: Number.isFinite,
};

/** Whose tensor it is, and what its caller may do where JSON cannot say it. */
export interface JsonSide {
  side: 'input' | 'output';
  otherwise: string;
}

const OUTPUT: JsonSide = { side: 'output', otherwise: 'ask for it in binary' };
/** Of a release that takes its inputs as JSON alone. */
export const JSON_INPUT: JsonSide = { side: 'input', otherwise: 'this release takes only what JSON can say' };

/**
 * A tensor's elements as JSON, flat. NaN is `null`; 64-bit integers keep all their digits.
 *
 * @throws TENSOR_INVALID for what JSON cannot say: an infinite number, 16-bit floats, bytes that are no text
 */
export function tensorToJson(
  { name, datatype, data }: Tensor,
  { side, otherwise }: JsonSide = OUTPUT,
): unknown[] {
  const refuse = (problem: string) => tensorProblem(`${side} "${name}"${problem}; ${otherwise}`);
  if (datatype === 'FP16' || datatype === 'BF16') throw refuse(` is ${datatype}, which has no JSON form`);
  if (Array.isArray(data))
    return data.map((element, index) => {
      const text = textOf(element);
      if (text === undefined) throw refuse(`: element ${index} is no UTF-8 text`);
      return text;
    });
  if (datatype === 'BOOL') return Array.from(data as Uint8Array, (value) => value === 1);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Array.from(data, wholeNumber);
  if (data instanceof Float32Array || data instanceof Float64Array) {
    const index = data.findIndex((value) => Math.abs(value) === Number.POSITIVE_INFINITY);
    if (index !== -1) throw refuse(`: element ${index} is ${data[index]}, which JSON cannot say`);
  }
  return Array.from(data);
}

function wholeNumber(value: bigint): unknown {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : rawJson(String(value));
}

/** `JSON.rawJSON`, which TypeScript's library does not know yet: these digits as they are. */
const rawJson = (JSON as typeof JSON & { rawJSON(text: string): unknown }).rawJSON;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(element: Buffer): string | undefined {
  try {
    return UTF8.decode(element);
  } catch {
    return undefined;
  }
}
