import { MISSING_BIN } from './layout';

const DIGIT_BITS: u32 = 8;
const DIGITS: u32 = 8;
const BUCKETS: u32 = 1 << DIGIT_BITS;
const SIGN: u64 = 0x8000000000000000;

/** Order-preserving: a smaller double has a smaller key. */
@inline
function keyOf(value: f64): u64 {
  // Adding zero makes -0 and +0 the same key.
  const bits = reinterpret<u64>(value + 0.0);
  return bits & SIGN ? ~bits : bits | SIGN;
}

@inline
function doubleOf(key: u64): f64 {
  return reinterpret<f64>(key & SIGN ? key ^ SIGN : ~key);
}

/**
 * Radix sort of `count` doubles, ascending, in place; NaN is dropped. Returns how many are left.
 * `scratch` holds as many doubles again, `tally` DIGITS * BUCKETS u32.
 */
export function sortDoubles(values: usize, count: u32, scratch: usize, tally: usize): u32 {
  memory.fill(tally, 0, (DIGITS * BUCKETS) << 2);
  let kept: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const value = load<f64>(values + (<usize>i << 3));
    if (isNaN(value)) continue;
    const key = keyOf(value);
    store<u64>(values + (<usize>kept << 3), key);
    kept++;
    for (let digit: u32 = 0; digit < DIGITS; digit++) {
      const slot = tally + (<usize>(digit * BUCKETS + bucketOf(key, digit)) << 2);
      store<u32>(slot, load<u32>(slot) + 1);
    }
  }
  let from = values;
  let to = scratch;
  for (let digit: u32 = 0; digit < DIGITS; digit++) {
    if (!scatter(from, to, kept, digit, tally + (<usize>(digit * BUCKETS) << 2))) continue;
    const swapped = from;
    from = to;
    to = swapped;
  }
  for (let i: u32 = 0; i < kept; i++) {
    store<f64>(values + (<usize>i << 3), doubleOf(load<u64>(from + (<usize>i << 3))));
  }
  return kept;
}

@inline
function bucketOf(key: u64, digit: u32): u32 {
  return <u32>(key >> (digit * DIGIT_BITS)) & (BUCKETS - 1);
}

/** One stable pass by one digit. False, and nothing done, where all keys share the digit. */
function scatter(from: usize, to: usize, count: u32, digit: u32, tally: usize): bool {
  let before: u32 = 0;
  for (let bucket: u32 = 0; bucket < BUCKETS; bucket++) {
    const slot = tally + (<usize>bucket << 2);
    const here = load<u32>(slot);
    if (here === count) return false;
    store<u32>(slot, before);
    before += here;
  }
  for (let i: u32 = 0; i < count; i++) {
    const key = load<u64>(from + (<usize>i << 3));
    const slot = tally + (<usize>bucketOf(key, digit) << 2);
    const place = load<u32>(slot);
    store<u32>(slot, place + 1);
    store<u64>(to + (<usize>place << 3), key);
  }
  return true;
}

/**
 * The bin of each value: how many of the 255 edges (ascending, padded with +Infinity) are below it.
 * A value equal to an edge is at its left, as in `x <= threshold`. NaN gets the missing bin.
 */
export function assignBins(values: usize, count: u32, edges: usize, bins: usize, stride: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    const value = load<f64>(values + (<usize>i << 3));
    let below = value > load<f64>(edges, 127 << 3) ? 128 : 0;
    below += value > load<f64>(edges + (<usize>below << 3), 63 << 3) ? 64 : 0;
    below += value > load<f64>(edges + (<usize>below << 3), 31 << 3) ? 32 : 0;
    below += value > load<f64>(edges + (<usize>below << 3), 15 << 3) ? 16 : 0;
    below += value > load<f64>(edges + (<usize>below << 3), 7 << 3) ? 8 : 0;
    below += value > load<f64>(edges + (<usize>below << 3), 3 << 3) ? 4 : 0;
    below += value > load<f64>(edges + (<usize>below << 3), 1 << 3) ? 2 : 0;
    below += value > load<f64>(edges + (<usize>below << 3)) ? 1 : 0;
    store<u8>(bins, isNaN(value) ? MISSING_BIN : below);
    bins += stride;
  }
}

/** The bin of each category code by a table of u8; NaN and codes outside the table get the missing bin. */
export function assignCategories(values: usize, count: u32, table: usize, size: u32, bins: usize, stride: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    const code = load<f64>(values + (<usize>i << 3));
    store<u8>(bins, code >= 0 && code < <f64>size ? load<u8>(table + <usize>(<u32>code)) : <u8>MISSING_BIN);
    bins += stride;
  }
}
