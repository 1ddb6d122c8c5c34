import type { Labels } from '../confusion-metrics.ts';
import { addCounts } from './add-counts.ts';

/**
 * Probabilities by predicted label in 64 bins of equal width over [0, 1], with the sums that estimate accuracy and
 * its spread without labels. Plain JSON; mergeable.
 */
export interface ScoreHistogram {
  /** By label, then bin. */
  counts: number[][];
  /** By label: sum of p, and of p (1 - p). */
  sums: number[];
  variances: number[];
}

const BINS = 64;

/** `predicted`: the label of each row, below `labels`; `probability`: what it was given for, in [0, 1]. */
export function countScores(predicted: Labels, probability: Float64Array, labels: number): ScoreHistogram {
  const counts = Array.from({ length: labels }, () => new Array<number>(BINS).fill(0));
  const sums = new Array<number>(labels).fill(0);
  const variances = new Array<number>(labels).fill(0);
  for (let row = 0; row < predicted.length; row++) {
    const [label, p] = [predicted[row], probability[row]];
    counts[label][Math.min(BINS - 1, Math.floor(p * BINS))] += 1;
    sums[label] += p;
    variances[label] += p * (1 - p);
  }
  return { counts, sums, variances };
}

/** Both windows together. Throws TypeError where the numbers of labels differ. */
export function mergeScoreHistograms(a: ScoreHistogram, b: ScoreHistogram): ScoreHistogram {
  return {
    sums: addCounts(a.sums, b.sums),
    variances: addCounts(a.variances, b.variances),
    counts: a.counts.map((counts, label) => addCounts(counts, b.counts[label])),
  };
}
