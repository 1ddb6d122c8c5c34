import { normalSurvivalQuantile } from '../distributions/normal.ts';

export interface PlanOptions {
  /** Two-sided; one-sided with `sides: 1`. */
  alpha?: number;
  power?: number;
  sides?: 1 | 2;
}

/** What the difference of two tasks varies by, a case: Miller 2024, arXiv 2411.00640, section 5. */
export interface DifferenceVariance {
  /** Variance over cases of the difference of the two tasks' true means of a case. */
  between: number;
  /** Mean variance within a case of each of the tasks, from trial to trial. */
  within?: readonly [number, number];
  /** Trials a case of each of the tasks. */
  trials?: readonly [number, number];
}

/** The variance of one case's measured difference: trials shrink only what is within a case. */
export function varianceOfDifference({
  between,
  within = [0, 0],
  trials = [1, 1],
}: DifferenceVariance): number {
  return between + within[0] / trials[0] + within[1] / trials[1];
}

/** The z-values of alpha and power added up: how many standard errors a difference must be to be seen. */
export function planningZ({ alpha = 0.05, power = 0.8, sides = 2 }: PlanOptions = {}): number {
  return normalSurvivalQuantile(alpha / sides) + normalSurvivalQuantile(1 - power);
}

/** By how much clusters of so many cases, alike by `correlation` (icc), multiply the cases needed. */
export function designEffect(casesPerCluster: number, correlation: number): number {
  return 1 + (casesPerCluster - 1) * correlation;
}

/**
 * Cases needed to see a mean difference, not rounded. Multiply by the design effect where they come in clusters.
 *
 * @example
 * meanSampleSize(0.03, varianceOfDifference({ between: 1 / 9 })); // 968.9975
 */
export function meanSampleSize(difference: number, variance: number, options?: PlanOptions): number {
  return (planningZ(options) ** 2 * variance) / (difference * difference);
}

/** The smallest mean difference that n cases show (the MDE). */
export function detectableDifference(n: number, variance: number, options?: PlanOptions): number {
  return planningZ(options) * Math.sqrt(variance / n);
}

/**
 * Cases needed to show that a task is not worse by the margin, where a share `discordant` of cases differs and the candidate is
 * truly better by `difference`. `alpha` is one-sided.
 */
export function noWorseSampleSize(
  discordant: number,
  margin: number,
  { alpha = 0.05, power = 0.8, difference = 0 }: { alpha?: number; power?: number; difference?: number } = {},
): number {
  const z = planningZ({ alpha, power, sides: 1 });
  return Math.ceil((z * z * (discordant - difference * difference)) / (difference + margin) ** 2);
}

/** Cases an arm where the arms have different cases and pass with these probabilities. */
export function unpairedSampleSize(first: number, second: number, options?: PlanOptions): number {
  const variance = first * (1 - first) + second * (1 - second);
  return Math.ceil(meanSampleSize(first - second, variance, options));
}

/**
 * About how many cases would decide what n cases left undecided, if the estimate stayed where it is: half-widths shrink with
 * the root of n. Infinite where the estimate lies on the bound.
 *
 * @example
 * neededN({ n: 200, halfWidth: 0.04, distance: 0.02 }); // 800
 */
export function neededN({
  n,
  halfWidth,
  distance,
}: {
  n: number;
  halfWidth: number;
  distance: number;
}): number {
  return Math.max(n + 1, Math.ceil(n * (halfWidth / distance) ** 2));
}
