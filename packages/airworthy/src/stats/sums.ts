const BLOCK = 512;

/** The sum, in blocks so that rounding grows with their number and not with the length. */
export function sum(values: Float64Array): number {
  let total = 0;
  for (let start = 0; start < values.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, values.length);
    let block = 0;
    for (let index = start; index < end; index++) block += values[index];
    total += block;
  }
  return total;
}

/** The mean; with weights the weighted mean. NaN of nothing. */
export function mean(values: Float64Array, weights?: Float64Array | null): number {
  if (!weights) return sum(values) / values.length;
  let total = 0;
  let weight = 0;
  for (let index = 0; index < values.length; index++) {
    total += weights[index] * values[index];
    weight += weights[index];
  }
  return total / weight;
}

/** The unbiased variance (divisor n - 1); NaN below two values. */
export function variance(values: Float64Array, center = mean(values)): number {
  if (values.length < 2) return Number.NaN;
  return sum(values.map((value) => (value - center) ** 2)) / (values.length - 1);
}
