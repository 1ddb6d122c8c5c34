import { criticalZ, type Estimate } from '../intervals.ts';
import { mean, variance } from '../sums.ts';

/** Scores of a judge on all cases, and both its scores and people's on a random part of the cases. */
export interface JudgedSample {
  /** The judge on cases that no person labelled. */
  judged: Float64Array;
  /** The judge and people on the labelled cases, in the same order. */
  labelledJudge: Float64Array;
  labelledTruth: Float64Array;
}

export interface PredictionPowered extends Estimate {
  /** How much the judge counted: 0 as if there were only the labels. */
  lambda: number;
}

/**
 * The mean that people would have given on all cases, from many judged and few labelled ones (prediction-powered inference,
 * Angelopoulos et al. 2023). Unbiased whatever the judge, where the labelled cases are a random part. `lambda: 'tuned'` (PPI++)
 * weighs the judge by how far it can be trusted, so that a bad one does no harm; 1 trusts it fully. Needs some labelled cases on
 * which people and judge differ: where none do, the interval is that of the judge alone.
 */
export function predictionPoweredMean(
  { judged, labelledJudge, labelledTruth }: JudgedSample,
  { lambda = 'tuned', confidence = 0.95 }: { lambda?: 'tuned' | number; confidence?: number } = {},
): PredictionPowered {
  const n = labelledTruth.length;
  const judgeVariance = variance(judged);
  const weight =
    lambda === 'tuned'
      ? tunedLambda(covariance(labelledTruth, labelledJudge), judgeVariance, n / judged.length)
      : lambda;
  const corrections = labelledTruth.map((truth, row) => truth - weight * labelledJudge[row]);
  return fromMoments(
    {
      judged: { mean: mean(judged), variance: judgeVariance, n: judged.length },
      correction: { mean: mean(corrections), variance: variance(corrections), n },
      lambda: weight,
    },
    confidence,
  );
}

interface Moments {
  mean: number;
  variance: number;
  n: number;
}

/** The same from moments: of the judge on unlabelled cases, and of truth - lambda × judge on labelled ones. */
export function fromMoments(
  { judged, correction, lambda }: { judged: Moments; correction: Moments; lambda: number },
  confidence = 0.95,
): PredictionPowered {
  const value = lambda * judged.mean + correction.mean;
  // A weight of 0 leaves the judge out, even where it has no variance to speak of.
  const judgeError = lambda === 0 ? 0 : (lambda * lambda * judged.variance) / judged.n;
  const standardError = Math.sqrt(judgeError + correction.variance / correction.n);
  const half = criticalZ(confidence) * standardError;
  return { value, standardError, low: value - half, high: value + half, lambda };
}

/** The weight of the smallest variance: Cov(y, f) / ((1 + n / N) Var f) (Angelopoulos, Duchi and Zrnic 2023), between 0 and 1. */
export function tunedLambda(
  covarianceWithTruth: number,
  judgeVariance: number,
  labelledShare: number,
): number {
  if (!(judgeVariance > 0)) return 0;
  return Math.min(1, Math.max(0, covarianceWithTruth / ((1 + labelledShare) * judgeVariance)));
}

function covariance(first: Float64Array, second: Float64Array): number {
  const centers = [mean(first), mean(second)];
  const products = first.map((value, row) => (value - centers[0]) * (second[row] - centers[1]));
  return (mean(products) * first.length) / (first.length - 1);
}
