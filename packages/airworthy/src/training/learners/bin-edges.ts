import { MOST_VALUE_BINS } from './kernel/layout.ts';

/**
 * Thresholds between bins, ascending, for sorted values without NaN: midpoints between neighbours where there are at
 * most 255 distinct values, else the midpoints at 254 evenly spaced quantiles. Value x is in the bin that counts the
 * thresholds below x.
 */
export function binEdges(sorted: Float64Array): Float64Array {
  const distinct = distinctValues(sorted, MOST_VALUE_BINS);
  const edges = distinct ? midpoints(distinct) : quantiles(sorted);
  // Midpoints of infinities are NaN or infinite; thresholds are finite so that JSON can hold them.
  const finite = edges.map((edge) => Math.min(Math.max(edge, -Number.MAX_VALUE), Number.MAX_VALUE));
  return finite.filter((edge, index) => index === 0 || edge > finite[index - 1]);
}

/** The distinct values, or null where there are more than `most`. */
function distinctValues(sorted: Float64Array, most: number): Float64Array | null {
  const distinct: number[] = [];
  for (let index = 0; index < sorted.length; index++) {
    if (index > 0 && sorted[index] === sorted[index - 1]) continue;
    if (distinct.length === most) return null;
    distinct.push(sorted[index]);
  }
  return Float64Array.from(distinct);
}

function midpoints(distinct: Float64Array): Float64Array {
  return Float64Array.from({ length: Math.max(0, distinct.length - 1) }, (_, index) =>
    midpoint(distinct[index], distinct[index + 1]),
  );
}

/** The mean of the two neighbours where the quantile falls exactly between them, else the one it falls on. */
function quantiles(sorted: Float64Array): Float64Array {
  return Float64Array.from({ length: MOST_VALUE_BINS - 1 }, (_, index) => {
    const place = (sorted.length * (index + 1)) / MOST_VALUE_BINS;
    const upper = Math.ceil(place);
    return upper === place ? midpoint(sorted[place - 1], sorted[place]) : sorted[upper - 1];
  });
}

/** Halves first: the sum of two large values would be infinite. The left value itself where no double lies between. */
function midpoint(left: number, right: number): number {
  const middle = left / 2 + right / 2;
  return middle < right ? middle : left;
}
