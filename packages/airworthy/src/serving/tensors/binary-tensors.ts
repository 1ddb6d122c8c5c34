import { endianness } from 'node:os';
import type { Tensor } from '../runtimes/runtime.ts';
import { countElements, type TensorHead } from './count-elements.ts';
import { ARRAYS, type FixedData, type FixedDatatype } from './element-types.ts';
import { tensorProblem } from './tensor-problem.ts';

/** BYTES elements begin with their length: a 32-bit number, little-endian. */
const LENGTH_BYTES = 4;

if (endianness() !== 'LE') throw new Error('Tensors are little-endian on the wire; this machine is not.');

/**
 * A tensor from the bytes of the protocol's binary form: little-endian, row-major, without padding; BYTES with the length
 * before each element. Elements that lie aligned are not copied: the tensor then shares the bytes it is given.
 *
 * @throws TENSOR_INVALID where the bytes are not as many as the shape says, or no BOOL is 0 or 1
 */
export function tensorFromBytes(head: TensorHead, bytes: Buffer): Tensor {
  const { datatype, count } = countElements(head);
  const { name } = head;
  const shape = [...head.shape];
  if (datatype === 'BYTES') return { name, datatype, shape, data: splitBytes(name, bytes, count) };
  const expected = count * ARRAYS[datatype].BYTES_PER_ELEMENT;
  if (bytes.length !== expected)
    throw tensorProblem(
      `input "${name}" is ${datatype} of shape [${shape}], so ${expected} bytes, and has ${bytes.length}`,
    );
  const data = viewOf(datatype, bytes, count);
  if (datatype === 'BOOL') requireBooleans(name, data as Uint8Array);
  return { name, datatype, shape, data };
}

/** Typed arrays must begin at a multiple of their element's size; behind a JSON header few do. */
function viewOf(datatype: FixedDatatype, bytes: Buffer, count: number): FixedData {
  const ArrayType = ARRAYS[datatype];
  const { buffer, byteOffset, byteLength } = bytes;
  return byteOffset % ArrayType.BYTES_PER_ELEMENT === 0
    ? new ArrayType(buffer, byteOffset, count)
    : new ArrayType(buffer.slice(byteOffset, byteOffset + byteLength), 0, count);
}

function requireBooleans(name: string, values: Uint8Array): void {
  const bad = values.findIndex((value) => value > 1);
  if (bad !== -1)
    throw tensorProblem(`input "${name}": element ${bad} is ${values[bad]}, which is no BOOL: 0 or 1`);
}

function splitBytes(name: string, bytes: Buffer, count: number): Buffer[] {
  // Before the list is made: a shape may claim more elements than any body could hold.
  if (count > bytes.length / LENGTH_BYTES)
    throw tensorProblem(
      `input "${name}" has ${count} elements by its shape, and its ${bytes.length} bytes hold fewer`,
    );
  const elements: Buffer[] = new Array(count);
  let at = 0;
  for (let index = 0; index < count; index++) {
    const start = at + LENGTH_BYTES;
    const end = start > bytes.length ? Number.POSITIVE_INFINITY : start + bytes.readUInt32LE(at);
    if (end > bytes.length)
      throw tensorProblem(
        `input "${name}": element ${index} ends beyond the ${bytes.length} bytes of the tensor`,
      );
    elements[index] = bytes.subarray(start, end);
    at = end;
  }
  if (at === bytes.length) return elements;
  throw tensorProblem(`input "${name}" has ${bytes.length - at} bytes after its ${count} elements`);
}

/** A tensor's elements in the protocol's binary form. Shares the tensor's memory but for BYTES. */
export function tensorToBytes({ data }: Pick<Tensor, 'data'>): Buffer {
  if (!Array.isArray(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const bytes = Buffer.allocUnsafe(data.reduce((sum, each) => sum + LENGTH_BYTES + each.length, 0));
  let at = 0;
  for (const element of data) {
    at = bytes.writeUInt32LE(element.length, at);
    at += element.copy(bytes, at);
  }
  return bytes;
}
