import { type Placements, placements } from './classification-metrics.ts';
import { criticalZ, type Estimate, type Interval, unseenShare } from './intervals.ts';

/**
 * ROC-AUC with the standard error of DeLong, DeLong and Clarke-Pearson (1988), from midranks in O(n log n)
 * (Sun and Xu 2014). The interval is taken on the logit scale, so that it stays within 0 and 1 and covers near them.
 */
export function delongAuc(y: Uint8Array, score: Float64Array, confidence = 0.95): Estimate {
  const placed = placements(y, score);
  const standardError = Math.sqrt(placementVariance(placed, y, placed.values));
  return aucEstimate(placed, standardError, confidence);
}

/** An AUC with its interval on the logit scale; exact bounds where there is no standard error. */
export function aucEstimate(placed: AucParts, standardError: number, confidence: number): Estimate {
  const { auc } = placed;
  if (!(standardError > 0)) {
    return { value: auc, standardError: 0, ...disjointPairs(placed, auc, 0, confidence) };
  }
  return { value: auc, standardError, ...logitInterval(auc, standardError, confidence) };
}

type AucParts = Pick<Placements, 'auc' | 'positives' | 'negatives'>;

/** Symmetric on the logit scale, so that it stays within 0 and 1. */
export function logitInterval(share: number, standardError: number, confidence: number): Interval {
  const half = (criticalZ(confidence) * standardError) / (share * (1 - share));
  const logit = Math.log(share / (1 - share));
  return { low: 1 / (1 + Math.exp(half - logit)), high: 1 / (1 + Math.exp(-half - logit)) };
}

/** The difference of two AUCs on the same rows, a - b, with DeLong's standard error of the difference. */
export function delongDifference(
  y: Uint8Array,
  a: Float64Array,
  b: Float64Array,
  confidence = 0.95,
): Estimate {
  const [first, second] = [placements(y, a), placements(y, b)];
  const value = first.auc - second.auc;
  const gaps = first.values.map((placement, row) => placement - second.values[row]);
  const standardError = Math.sqrt(placementVariance(first, y, gaps));
  if (!(standardError > 0)) {
    return { value, standardError: 0, ...disjointPairs(first, value, -1, confidence) };
  }
  const half = criticalZ(confidence) * standardError;
  return { value, standardError, low: Math.max(-1, value - half), high: Math.min(1, value + half) };
}

function placementVariance(placed: Placements, y: Uint8Array, values: Float64Array): number {
  const { positives, negatives } = placed;
  const sums = [0, 0];
  for (let row = 0; row < y.length; row++) sums[y[row]] += values[row];
  const means = [sums[0] / negatives, sums[1] / positives];
  const squares = [0, 0];
  for (let row = 0; row < y.length; row++) squares[y[row]] += (values[row] - means[y[row]]) ** 2;
  return squares[0] / (negatives - 1) / negatives + squares[1] / (positives - 1) / positives;
}

/**
 * Exact bounds where every row is placed alike and the standard error is 0 (or unknown, one row in a class): the
 * smaller class gives that many disjoint pairs, all seen alike; the share that is not may lie anywhere from
 * `lowest` to 1.
 */
function disjointPairs(placed: AucParts, value: number, lowest: number, confidence: number): Interval {
  const unseen = unseenShare(Math.min(placed.positives, placed.negatives), confidence);
  return { low: value - unseen * (value - lowest), high: value + unseen * (1 - value) };
}
