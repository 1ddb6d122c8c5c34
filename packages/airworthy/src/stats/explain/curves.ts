import { quantileOfSorted } from '../order.ts';

/**
 * Values to set a field to: all distinct ones where there are at most `most`, else as many equally spaced between the 5 %
 * and 95 % quantiles. Missing values do not count.
 */
export function gridOf(values: Float64Array, most: number): Float64Array {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const distinct = sorted.filter((value, index) => index === 0 || value !== sorted[index - 1]);
  if (distinct.length <= most) return distinct;
  const [low, high] = [gridEnd(sorted, 0.05), gridEnd(sorted, 0.95)];
  if (low === high) return Float64Array.of(low);
  return Float64Array.from({ length: most }, (_, point) => low + ((high - low) * point) / (most - 1));
}

/** A quantile by Cunnane's plotting positions (1978), as scikit-learn has it for grids. */
function gridEnd(sorted: Float64Array, probability: number): number {
  const place = sorted.length * probability + 0.4 + 0.2 * probability;
  const below = Math.floor(Math.min(Math.max(place, 1), sorted.length - 1));
  const share = Math.min(Math.max(place - below, 0), 1);
  return (1 - share) * sorted[below - 1] + share * sorted[below];
}

/** Means over the rows of predictions, grid points x rows: partial dependence (Friedman 2001). */
export function pointMeans(predictions: Float64Array, points: number): Float64Array {
  const rows = predictions.length / points;
  return Float64Array.from({ length: points }, (_, point) => {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += predictions[point * rows + row];
    return sum / rows;
  });
}

/** Between which predictions the middle share of the rows lies, at each grid point. */
export function pointRanges(
  predictions: Float64Array,
  points: number,
  share: number,
): { low: Float64Array; high: Float64Array } {
  const rows = predictions.length / points;
  const low = new Float64Array(points);
  const high = new Float64Array(points);
  for (let point = 0; point < points; point++) {
    const sorted = predictions.slice(point * rows, (point + 1) * rows).sort();
    low[point] = quantileOfSorted(sorted, (1 - share) / 2);
    high[point] = quantileOfSorted(sorted, (1 + share) / 2);
  }
  return { low, high };
}

/** Each row's curve less its value at the first grid point (Goldstein et al. 2015). */
export function centredCurves(
  predictions: Float64Array,
  points: number,
): { start: number; values: Float64Array }[] {
  const rows = predictions.length / points;
  return Array.from({ length: rows }, (_, row) => {
    const start = predictions[row];
    const values = Float64Array.from(
      { length: points },
      (_, point) => predictions[point * rows + row] - start,
    );
    return { start, values };
  });
}

/** The edges of bins with about equally many values, first and last the extremes; each value once. */
export function effectEdges(values: Float64Array, bins: number): Float64Array {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length === 0) return new Float64Array(0);
  // Edges are values that occur, so that rows are not moved to where nothing ever was.
  const edges = Array.from(
    { length: bins + 1 },
    (_, edge) => sorted[Math.ceil((edge / bins) * (sorted.length - 1))],
  );
  return Float64Array.from(new Set(edges));
}

/** The bin of a value among edges: the first whose upper edge it does not exceed. */
export function effectBin(edges: Float64Array, value: number): number {
  let bin = 0;
  while (bin < edges.length - 2 && value > edges[bin + 1]) bin++;
  return bin;
}

/**
 * Accumulated local effects (Apley and Zhu 2020): per bin the mean change of the prediction when the rows of that bin alone
 * are moved from its lower to its upper edge, summed from the left and centred over the rows. Fit for correlated fields.
 */
export function accumulateEffects(
  binOf: Int32Array,
  lower: Float64Array,
  upper: Float64Array,
  bins: number,
): { effect: Float64Array; counts: Int32Array } {
  const counts = new Int32Array(bins);
  const sums = new Float64Array(bins);
  for (let row = 0; row < binOf.length; row++) {
    counts[binOf[row]]++;
    sums[binOf[row]] += upper[row] - lower[row];
  }
  const effect = new Float64Array(bins + 1);
  let weighted = 0;
  for (let bin = 0; bin < bins; bin++) {
    effect[bin + 1] = effect[bin] + (counts[bin] > 0 ? sums[bin] / counts[bin] : 0);
    weighted += (counts[bin] * (effect[bin] + effect[bin + 1])) / 2;
  }
  const center = binOf.length > 0 ? weighted / binOf.length : 0;
  return { effect: effect.map((value) => value - center), counts };
}
