import { binOf, quantileEdges } from '../quantile-edges.ts';
import { addCounts } from './add-counts.ts';

/** Where a reference's values lie: the edges and range that later windows are counted on. */
export interface BinLayout {
  /** Inner edges; value x is in bin number `edges at or below x`. */
  edges: number[];
  /** The reference's smallest and largest finite value; null where it had none. */
  lowest: number | null;
  highest: number | null;
}

/** Counts of a window on carried edges. Plain JSON; the windows of one layout merge by addition. */
export interface BinnedCounts extends BinLayout {
  /** Values within the range, by bin: one more than there are edges. */
  counts: number[];
  /** NaN. */
  missing: number;
  /** Below the smallest, and above the largest, value of the reference (infinities too); not in any bin. */
  under: number;
  over: number;
}

/** The layout of a reference: about `bins` bins of equal counts, heavy ties in bins of their own. */
export function binLayout(values: Float64Array, bins: number): BinLayout {
  const edges = quantileEdges(values, bins);
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  return lowest <= highest ? { edges, lowest, highest } : { edges, lowest: null, highest: null };
}

export function countInBins(layout: BinLayout, values: Float64Array): BinnedCounts {
  const counts = new Array<number>(layout.edges.length + 1).fill(0);
  const binned: BinnedCounts = { ...layout, counts, missing: 0, under: 0, over: 0 };
  for (const value of values) addToBins(binned, value);
  return binned;
}

function addToBins(binned: BinnedCounts, value: number): void {
  if (Number.isNaN(value)) binned.missing += 1;
  else if (binned.highest === null || value > binned.highest) binned.over += 1;
  else if (binned.lowest === null || value < binned.lowest) binned.under += 1;
  else binned.counts[binOf(binned.edges, value)] += 1;
}

/** Both windows together. Throws TypeError where they were counted on different edges. */
export function mergeBinnedCounts(a: BinnedCounts, b: BinnedCounts): BinnedCounts {
  const sameEdges = a.edges.length === b.edges.length && a.edges.every((edge, bin) => edge === b.edges[bin]);
  if (!sameEdges || a.lowest !== b.lowest || a.highest !== b.highest) {
    throw new TypeError('counts on different edges cannot be merged');
  }
  return {
    ...a,
    counts: addCounts(a.counts, b.counts),
    missing: a.missing + b.missing,
    under: a.under + b.under,
    over: a.over + b.over,
  };
}
