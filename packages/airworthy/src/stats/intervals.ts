/** Closed-form confidence intervals. `confidence` is two-sided: 0.95 leaves 2.5 % on each side. */
import { betaQuantile, betaSurvivalQuantile } from './distributions/beta.ts';
import { binomialCdf } from './distributions/binomial.ts';
import { normalSurvivalQuantile } from './distributions/normal.ts';
import { studentTSurvivalQuantile } from './distributions/student-t.ts';
import { mean, sum, variance } from './sums.ts';

export interface Interval {
  low: number;
  high: number;
}

/** An estimate with its standard error (NaN where it cannot be known) and interval. */
export interface Estimate extends Interval {
  value: number;
  standardError: number;
}

/** The z that leaves (1 - confidence) / 2 above it. */
export function criticalZ(confidence: number): number {
  return normalSurvivalQuantile((1 - confidence) / 2);
}

/** Wilson's score interval for a proportion (Wilson 1927). */
export function wilson(hits: number, n: number, confidence = 0.95): Interval {
  const z2 = criticalZ(confidence) ** 2;
  const share = hits / n;
  const center = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = Math.sqrt((z2 * (share * (1 - share) + z2 / (4 * n))) / n) / (1 + z2 / n);
  return { low: hits === 0 ? 0 : center - half, high: hits === n ? 1 : center + half };
}

/** The exact interval for a proportion (Clopper and Pearson 1934): never covers less than it says. */
export function clopperPearson(hits: number, n: number, confidence = 0.95): Interval {
  const alpha = (1 - confidence) / 2;
  return {
    low: hits === 0 ? 0 : betaQuantile(alpha, hits, n - hits + 1),
    high: hits === n ? 1 : betaSurvivalQuantile(alpha, hits + 1, n - hits),
  };
}

/** What share of rows may still be unlike all n that were seen alike: the Clopper-Pearson bound of 0 in n. */
export function unseenShare(n: number, confidence = 0.95): number {
  return -Math.expm1(Math.log((1 - confidence) / 2) / n);
}

/**
 * The difference of two accuracies on the same rows (Bonett and Price 2012): `gained` rows only the second got
 * right, `lost` rows only the first. Never of zero width, and right where few rows differ.
 *
 * @example
 * bonettPrice(2, 9, 100); // { low: -0.1366…, high: -0.0006… }
 */
export function bonettPrice(gained: number, lost: number, n: number, confidence = 0.95): Interval {
  const up = (gained + 1) / (n + 2);
  const down = (lost + 1) / (n + 2);
  const center = up - down;
  const half = criticalZ(confidence) * Math.sqrt((up + down - center * center) / (n + 2));
  return { low: Math.max(-1, center - half), high: Math.min(1, center + half) };
}

/** The mean of independent values with Student's t interval. Of one value the interval is the whole line. */
export function meanWithT(values: Float64Array, confidence = 0.95): Estimate {
  const value = mean(values);
  const standardError = Math.sqrt(variance(values, value) / values.length);
  return withT(value, standardError, values.length - 1, confidence);
}

/**
 * The mean of values that come in clusters (rows of one person, one document): CR1 standard error with the
 * factor C / (C - 1), and t with C - 1 degrees of freedom (Miller 2024, arXiv 2411.00640, appendix A).
 */
export function meanWithClusteredT(values: Float64Array, clusters: Int32Array, confidence = 0.95): Estimate {
  const value = mean(values);
  const residuals = new Map<number, number>();
  for (let row = 0; row < values.length; row++) {
    residuals.set(clusters[row], (residuals.get(clusters[row]) ?? 0) + values[row] - value);
  }
  const count = residuals.size;
  const squares = sum(Float64Array.from(residuals.values(), (residual) => residual * residual));
  const standardError = Math.sqrt((count / (count - 1)) * squares) / values.length;
  return withT(value, count < 2 ? Number.NaN : standardError, count - 1, confidence);
}

/** The root of an estimate that cannot be negative, such as a mean square; its error by the delta method. */
export function squareRoot({ value, standardError, low, high }: Estimate): Estimate {
  const root = Math.sqrt(value);
  return {
    value: root,
    standardError: root === 0 ? 0 : standardError / (2 * root),
    low: Math.sqrt(Math.max(0, low)),
    high: Math.sqrt(high),
  };
}

function withT(value: number, standardError: number, df: number, confidence: number): Estimate {
  if (df < 1) {
    return {
      value,
      standardError: Number.NaN,
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
    };
  }
  const half = studentTSurvivalQuantile((1 - confidence) / 2, df) * standardError;
  return { value, standardError, low: value - half, high: value + half };
}

/**
 * A weighted sum of independent estimates, each with its own interval: their distances are added in squares
 * (MOVER, Zou and Donner 2008). Keeps asymmetric intervals asymmetric.
 */
export function combineIntervals(
  parts: readonly { weight: number; value: number; interval: Interval }[],
): Estimate {
  let value = 0;
  let below = 0;
  let above = 0;
  for (const part of parts) {
    value += part.weight * part.value;
    below += (part.weight * (part.value - part.interval.low)) ** 2;
    above += (part.weight * (part.interval.high - part.value)) ** 2;
  }
  return { value, standardError: Number.NaN, low: value - Math.sqrt(below), high: value + Math.sqrt(above) };
}

/**
 * A quantile's interval between two order statistics, whatever the distribution: the ranks are binomial. Where
 * the sample is too small to bound a side, that side is the extreme value seen.
 */
export function quantileInterval(sorted: Float64Array, probability: number, confidence = 0.95): Interval {
  const alpha = (1 - confidence) / 2;
  const n = sorted.length;
  const rank = smallestRank(n, (k) => binomialCdf(k, n, probability) > alpha);
  const upper = smallestRank(n, (k) => binomialCdf(k, n, probability) >= 1 - alpha);
  return { low: sorted[Math.max(rank - 1, 0)], high: sorted[Math.min(upper, n - 1)] };
}

function smallestRank(n: number, reached: (k: number) => boolean): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (reached(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** How many rows a study of two paired proportions needs: share `discordant` of rows differ, by `delta` on balance. */
export function pairedSampleSize(
  discordant: number,
  delta: number,
  { alpha = 0.05, power = 0.8 }: { alpha?: number; power?: number } = {},
): number {
  const z = normalSurvivalQuantile(alpha / 2) + normalSurvivalQuantile(1 - power);
  return Math.ceil((z * z * (discordant - delta * delta)) / (delta * delta));
}
