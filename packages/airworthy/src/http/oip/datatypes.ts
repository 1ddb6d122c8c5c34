const isNumber = (value: unknown) => typeof value === 'number';

/** JSON numbers beyond 2^53 have lost digits on the way, so 64-bit integers stop there. */
const integer =
  (low: number, high: number) =>
  (value: unknown): boolean =>
    Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high;

/** Does a JSON value fit a tensor's datatype? FP16 and BF16 have no JSON form in the protocol. */
export const DATATYPES: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ['BOOL', (value) => typeof value === 'boolean'],
  ['UINT8', integer(0, 255)],
  ['UINT16', integer(0, 65_535)],
  ['UINT32', integer(0, 4_294_967_295)],
  ['UINT64', integer(0, Number.MAX_SAFE_INTEGER)],
  ['INT8', integer(-128, 127)],
  ['INT16', integer(-32_768, 32_767)],
  ['INT32', integer(-2_147_483_648, 2_147_483_647)],
  ['INT64', integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)],
  ['FP32', isNumber],
  ['FP64', isNumber],
  ['BYTES', (value) => typeof value === 'string'],
]);
