import type { Datatype } from '../../models/signature.ts';
import type { TensorData } from '../runtimes/runtime.ts';

/** Datatypes whose elements are all as long: everything but BYTES. */
export type FixedDatatype = Exclude<Datatype, 'BYTES'>;
export type FixedData = Exclude<TensorData, Buffer[]>;

interface ArrayType {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): FixedData;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): FixedData;
}

/** What holds the elements of a tensor, as `Tensor` has it. */
export const ARRAYS: Readonly<Record<FixedDatatype, ArrayType>> = {
  BOOL: Uint8Array,
  UINT8: Uint8Array,
  UINT16: Uint16Array,
  UINT32: Uint32Array,
  UINT64: BigUint64Array,
  INT8: Int8Array,
  INT16: Int16Array,
  INT32: Int32Array,
  INT64: BigInt64Array,
  FP16: Uint16Array,
  BF16: Uint16Array,
  FP32: Float32Array,
  FP64: Float64Array,
};

/** The smallest and greatest of each integer datatype. */
export const INTEGER_RANGES: Partial<Record<Datatype, readonly [low: bigint, high: bigint]>> = {
  UINT8: [0n, 255n],
  UINT16: [0n, 65_535n],
  UINT32: [0n, 4_294_967_295n],
  UINT64: [0n, 18_446_744_073_709_551_615n],
  INT8: [-128n, 127n],
  INT16: [-32_768n, 32_767n],
  INT32: [-2_147_483_648n, 2_147_483_647n],
  INT64: [-9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n],
};

export function isDatatype(name: string): name is Datatype {
  return name === 'BYTES' || Object.hasOwn(ARRAYS, name);
}
