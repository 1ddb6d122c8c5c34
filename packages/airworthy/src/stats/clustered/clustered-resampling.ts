import { studentisedGap, studentisedInterval } from '../bootstrap.ts';
import type { Estimate, Interval } from '../intervals.ts';
import type { Random } from '../random.ts';
import { subsetInterval } from '../sign-flip-interval.ts';
import { sum } from '../sums.ts';
import { signFlip, type TestResult } from '../tests.ts';
import { clusterTotals } from './cluster-totals.ts';

/** The sign-flip test of paired differences that come in clusters: all differences of a cluster flip together. */
export function clusteredSignFlip(
  differences: Float64Array,
  clusters: Int32Array,
  options: { random: Random; permutations?: number },
): TestResult {
  const { sums } = clusterTotals(differences, clusters);
  return { statistic: sum(sums) / differences.length, p: signFlip(sums, options).p };
}

/**
 * The means that the clustered sign-flip test would not reject: exact where each cluster's total is symmetric about its
 * size times the mean, however few clusters there are. A side is infinite where so few clusters cannot reject anything.
 */
export function clusteredSignFlipInterval(
  values: Float64Array,
  clusters: Int32Array,
  options: { random: Random; confidence?: number; subsets?: number },
): Interval {
  return subsetInterval(clusterTotals(values, clusters), options);
}

/**
 * The bootstrap-t interval of a mean of clustered values: clusters are drawn with replacement, each replicate is judged by its
 * own clustered standard error. For few clusters, where t is not to be trusted with skewed ones.
 */
export function studentisedClusterMean(
  values: Float64Array,
  clusters: Int32Array,
  {
    random,
    confidence = 0.95,
    replicates = 2000,
  }: { random: Random; confidence?: number; replicates?: number },
): Estimate {
  const { sums, sizes } = clusterTotals(values, clusters);
  const count = sums.length;
  const every = Int32Array.from({ length: count }, (_, cluster) => cluster);
  const { mean: value, standardError } = meanOfClusters(sums, sizes, every);
  const drawn = new Int32Array(count);
  const ratios = new Float64Array(replicates);
  for (let replicate = 0; replicate < replicates; replicate++) {
    for (let place = 0; place < count; place++) drawn[place] = random.integer(count);
    const resample = meanOfClusters(sums, sizes, drawn);
    ratios[replicate] = studentisedGap(resample.mean - value, resample.standardError);
  }
  return studentisedInterval({ value, standardError, ratios, confidence });
}

/** The mean over all rows of the clusters chosen, with its CR1 standard error. */
function meanOfClusters(
  sums: Float64Array,
  sizes: Float64Array,
  chosen: Int32Array,
): { mean: number; standardError: number } {
  let total = 0;
  let rows = 0;
  for (const cluster of chosen) {
    total += sums[cluster];
    rows += sizes[cluster];
  }
  const mean = total / rows;
  let squares = 0;
  for (const cluster of chosen) squares += (sums[cluster] - sizes[cluster] * mean) ** 2;
  const count = chosen.length;
  return { mean, standardError: Math.sqrt((count / (count - 1)) * squares) / rows };
}
