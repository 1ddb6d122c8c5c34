import type { Interval } from '../intervals.ts';

/** What is known of a mean after so many units: cases, or clusters where cases come in clusters. */
export interface SequentialEstimate {
  value: number;
  /** Of the value: of clustered cases the clustered one. */
  standardError: number;
  /** Independent units behind it. */
  n: number;
}

export interface SequenceOptions {
  /** How often at most the truth may ever be outside, whenever one looks and stops. */
  alpha?: number;
  /** The number of units at which the sequence is to be narrowest: how many are planned. */
  plannedN: number;
  /** `lower`: only the low end is wanted, at the whole of alpha; `upper` likewise. */
  side?: 'both' | 'lower' | 'upper';
}

/** Fewer units than this and the asymptotics of a confidence sequence cannot be relied on. */
export const SEQUENCE_BURN_IN = 30;

/** The rho that makes a sequence narrowest at `plannedN` (Waudby-Smith et al. 2021, arXiv 2103.06476, appendix). */
export function sequenceRho(alpha: number, plannedN: number): number {
  const twice = -2 * Math.log(alpha);
  return Math.sqrt((twice + Math.log(twice + 1)) / plannedN);
}

/**
 * An interval that may be looked at after every unit: the probability that it EVER misses the truth is at most alpha
 * (asymptotic confidence sequence, Waudby-Smith et al. 2021). Valid from about SEQUENCE_BURN_IN units on, for units in random
 * order.
 *
 * @example
 * confidenceSequence({ value: 0.02, standardError: 0.01, n: 400 }, { plannedN: 500 }); // about ± 0.029
 */
export function confidenceSequence(estimate: SequentialEstimate, options: SequenceOptions): Interval {
  const { side = 'both' } = options;
  const half = sequenceHalfWidth(estimate, options);
  return {
    low: side === 'upper' ? Number.NEGATIVE_INFINITY : estimate.value - half,
    high: side === 'lower' ? Number.POSITIVE_INFINITY : estimate.value + half,
  };
}

/** Half the width of a confidence sequence; of a one-sided one the distance of its end. Infinite where nothing has varied yet. */
export function sequenceHalfWidth(
  { standardError, n }: Omit<SequentialEstimate, 'value'>,
  { alpha = 0.05, plannedN, side = 'both' }: SequenceOptions,
): number {
  if (!(standardError > 0)) return Number.POSITIVE_INFINITY;
  const tail = side === 'both' ? alpha : 2 * alpha;
  const spread = n * sequenceRho(tail, plannedN) ** 2;
  const reach = Math.sqrt(spread + 1) / tail;
  const log = side === 'both' ? Math.log(reach) : Math.log1p(reach);
  return standardError * Math.sqrt((2 * (spread + 1) * log) / spread);
}

/**
 * The p-value that stays valid however often one looks: the smallest alpha at which the two-sided sequence, tuned for
 * `alpha` and `plannedN`, excludes `truth`. The smallest over all looks is valid as well.
 */
export function sequenceP(
  { value, standardError, n }: SequentialEstimate,
  { alpha = 0.05, plannedN }: Omit<SequenceOptions, 'side'>,
  truth = 0,
): number {
  if (!(standardError > 0)) return 1;
  const spread = n * sequenceRho(alpha, plannedN) ** 2;
  const z = (value - truth) / standardError;
  return Math.min(1, Math.sqrt(spread + 1) * Math.exp((-z * z * spread) / (2 * (spread + 1))));
}
