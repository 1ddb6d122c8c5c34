import { quantileOfSorted } from './order.ts';

/**
 * Inner bin edges at the type-7 quantiles of the finite values; x belongs to bin `edges.filter(e => e <= x).length`,
 * and every bin holds some of the values. A value that holds more than one bin's share of the rows gets a bin of its own,
 * between itself and the next number, so that it is not mixed with its neighbours. None for no values.
 *
 * @example
 * quantileEdges(Float64Array.of(1, 2, 3, 4), 2); // [2.5]
 */
export function quantileEdges(values: Float64Array, bins: number): number[] {
  const sorted = values.filter((value) => Number.isFinite(value)).sort();
  if (sorted.length === 0) return [];
  const candidates = heavyValues(sorted, bins).flatMap((value) => [value, nextNumber(value)]);
  for (let bin = 1; bin < bins; bin++) candidates.push(quantileOfSorted(sorted, bin / bins));
  // Edges with the same values below them would leave an empty bin between: the first one stands.
  const byRank = new Map<number, number>();
  for (const edge of candidates) {
    const below = valuesBelow(sorted, edge);
    if (below > 0 && below < sorted.length && !byRank.has(below)) byRank.set(below, edge);
  }
  return [...byRank.values()].sort((a, b) => a - b);
}

function heavyValues(sorted: Float64Array, bins: number): number[] {
  const heavy: number[] = [];
  for (let start = 0; start < sorted.length; ) {
    let end = start + 1;
    while (end < sorted.length && sorted[end] === sorted[start]) end++;
    if ((end - start) * bins > sorted.length) heavy.push(sorted[start]);
    start = end;
  }
  return heavy;
}

/** The smallest double above a finite one. */
function nextNumber(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  const bits = new BigInt64Array(1);
  const number = new Float64Array(bits.buffer);
  number[0] = value;
  bits[0] += value > 0 ? 1n : -1n;
  return number[0];
}

function valuesBelow(sorted: Float64Array, edge: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < edge) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The bin of a value among edges: how many of them are at or below it. */
export function binOf(edges: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
