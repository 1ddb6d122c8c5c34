/**
 * The number that 16 bits of IEEE 754 binary16 stand for: a sign, 5 bits of exponent, 10 of fraction.
 *
 * @example
 * fromHalf(0x3c00); // 1
 */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  // The smallest have no leading 1.
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1_024) * 2 ** (exponent - 15);
}

const WORD = new Uint32Array(1);
const FLOAT = new Float32Array(WORD.buffer);

/** The number of a bfloat16: the upper half of a 32-bit float. */
export function fromBfloat(bits: number): number {
  WORD[0] = bits << 16;
  return FLOAT[0];
}
