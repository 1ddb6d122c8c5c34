import type { ClusterTotals } from './clustered/cluster-totals.ts';
import type { Interval } from './intervals.ts';
import type { Random } from './random.ts';

/** Up to this many values all subsets are taken. */
const EXACT_VALUES = 12;

/**
 * The means that a sign-flip test would not reject: between quantiles of the means of random subsets (Hartigan 1969,
 * "Using subsample values as typical values"). Exact for values symmetric about their mean, however few and however
 * heavy their tails; a side is infinite where so few values cannot reject anything.
 */
export function signFlipInterval(
  values: Float64Array,
  options: { random: Random; confidence?: number; subsets?: number },
): Interval {
  return subsetInterval({ sums: values, sizes: new Float64Array(values.length).fill(1) }, options);
}

/** The same of values that come in clusters, by each cluster's sum and size: clusters are taken whole. */
export function subsetInterval(
  { sums, sizes }: ClusterTotals,
  { random, confidence = 0.95, subsets = 4000 }: { random: Random; confidence?: number; subsets?: number },
): Interval {
  const exact = sums.length <= EXACT_VALUES;
  const means = new Float64Array(exact ? 2 ** sums.length - 1 : subsets);
  for (let subset = 0; subset < means.length; subset++) {
    means[subset] = exact
      ? meanOfSubset(sums, sizes, (row) => (((subset + 1) >> row) & 1) === 1)
      : meanOfSubset(sums, sizes, () => random.next() < 0.5);
  }
  means.sort();
  // The true mean is as likely in any of the gaps between the sorted means.
  const skipped = Math.floor(((1 - confidence) / 2) * (means.length + 1));
  if (skipped === 0) return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  return { low: means[skipped - 1], high: means[means.length - skipped] };
}

/** Draws again in the unlikely case that no value was chosen. */
function meanOfSubset(sums: Float64Array, sizes: Float64Array, chosen: (row: number) => boolean): number {
  for (;;) {
    let total = 0;
    let count = 0;
    for (let row = 0; row < sums.length; row++) {
      if (!chosen(row)) continue;
      total += sums[row];
      count += sizes[row];
    }
    if (count > 0) return total / count;
  }
}
