/**
 * Probabilities by predicted label in 64 bins of equal width, with the sums that estimate accuracy without labels.
 * Binary: the probability of the positive class; multiclass: that of the predicted class. Plain JSON; mergeable.
 */
export interface ScoreHistogram {
  /** By label, then bin. */
  counts: number[][];
  /** By label: sum of p, and of p (1 - p). */
  sums: number[];
  variances: number[];
}

export const SCORE_BINS = 64;

export function emptyScoreHistogram(labels: number): ScoreHistogram {
  return {
    counts: Array.from({ length: labels }, () => new Array<number>(SCORE_BINS).fill(0)),
    sums: new Array<number>(labels).fill(0),
    variances: new Array<number>(labels).fill(0),
  };
}

/** Takes in one prediction: its label's index and its probability in [0, 1]. */
export function addToScores(histogram: ScoreHistogram, label: number, probability: number): void {
  histogram.counts[label][Math.min(SCORE_BINS - 1, Math.floor(probability * SCORE_BINS))] += 1;
  histogram.sums[label] += probability;
  histogram.variances[label] += probability * (1 - probability);
}

/** Both windows together. Throws TypeError where the numbers of labels differ. */
export function mergeScoreHistograms(a: ScoreHistogram, b: ScoreHistogram): ScoreHistogram {
  if (a.sums.length !== b.sums.length) throw new TypeError('histograms of different labels cannot be merged');
  const add = (left: number[], right: number[]) => left.map((value, index) => value + right[index]);
  return {
    counts: a.counts.map((row, label) => add(row, b.counts[label])),
    sums: add(a.sums, b.sums),
    variances: add(a.variances, b.variances),
  };
}
