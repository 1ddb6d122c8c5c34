/** Below this many values a comparison sort is as fast. */
const FEW_VALUES = 4096;
const DIGIT = 0xffff;

/**
 * The indices of the values from smallest to largest (no NaN among them; equal values keep their order). Long
 * arrays are sorted by 16-bit digits of their bit patterns, in linear time.
 *
 * @example
 * ascendingOrder(Float64Array.of(0.3, 0.1, 0.2)); // 1, 2, 0
 */
export function ascendingOrder(values: Float64Array): Uint32Array {
  const order = new Uint32Array(values.length);
  for (let index = 0; index < order.length; index++) order[index] = index;
  if (values.length < FEW_VALUES) return order.sort((a, b) => values[a] - values[b]);
  const keys = sortableBits(values);
  let from = order;
  let to = new Uint32Array(values.length);
  for (const half of [keys.low, keys.high]) {
    for (const shift of [0, 16]) {
      if (!scatterByDigit(half, shift, from, to)) continue;
      [from, to] = [to, from];
    }
  }
  return from;
}

/** Unsigned integers that sort as the numbers do: negative numbers are inverted, others get the top bit. */
function sortableBits(values: Float64Array): { low: Uint32Array; high: Uint32Array } {
  const low = new Uint32Array(values.length);
  const high = new Uint32Array(values.length);
  const number = new Float64Array(1);
  const words = new Uint32Array(number.buffer);
  const [lowWord, highWord] = littleEndian() ? [0, 1] : [1, 0];
  for (let index = 0; index < values.length; index++) {
    number[0] = values[index] + 0; // -0 becomes 0, which it equals
    const flip = words[highWord] >>> 31 === 1 ? 0xffffffff : 0;
    low[index] = words[lowWord] ^ flip;
    high[index] = words[highWord] ^ (flip | 0x80000000);
  }
  return { low, high };
}

function littleEndian(): boolean {
  return new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
}

/** One pass of a least-significant-digit radix sort; false (and nothing moved) where all digits are equal. */
function scatterByDigit(keys: Uint32Array, shift: number, from: Uint32Array, to: Uint32Array): boolean {
  const starts = new Uint32Array(DIGIT + 2);
  for (let index = 0; index < keys.length; index++) starts[((keys[index] >>> shift) & DIGIT) + 1]++;
  if (starts[((keys[0] >>> shift) & DIGIT) + 1] === keys.length) return false;
  for (let digit = 1; digit < starts.length; digit++) starts[digit] += starts[digit - 1];
  for (let place = 0; place < from.length; place++) {
    const index = from[place];
    to[starts[(keys[index] >>> shift) & DIGIT]++] = index;
  }
  return true;
}

/** The type-7 quantile (numpy's and R's default) of values already sorted. */
export function quantileOfSorted(sorted: Float64Array, probability: number): number {
  const place = probability * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
