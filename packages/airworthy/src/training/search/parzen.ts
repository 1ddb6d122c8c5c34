import { normalCdf } from '../../stats/distributions/normal.ts';
import type { Random } from '../../stats/random.ts';

/** Observations beyond this many count less the older they are. */
const FULL_WEIGHT = 25;
/**
 * A kernel is at least this part of the interval wide. The second falls with the number of kernels; 0.4 was the
 * best of 0.3 to 1 on Branin and Hartmann6 together.
 */
const NARROWEST = 1 / 100;
const NARROWEST_OF_FEW = 0.4;

/**
 * A density on an interval: one truncated normal around each observation and a wide one in the middle, which
 * keeps every place possible. A kernel is as wide as the larger gap to its neighbours.
 * After Bergstra et al., "Algorithms for Hyper-Parameter Optimization" (2011), section 4.
 */
export interface Parzen {
  low: number;
  high: number;
  means: Float64Array;
  deviations: Float64Array;
  /** Sum to 1. */
  weights: Float64Array;
  /** The part of each kernel that lies inside the interval. */
  masses: Float64Array;
}

/** @param observed in the order they were made: newer ones weigh more when there are many. */
export function fitParzen(observed: readonly number[], low: number, high: number): Parzen {
  const range = high - low;
  const order = observed.map((_, index) => index).sort((a, b) => observed[a] - observed[b] || a - b);
  const prior = insertionPoint(observed, order, (low + high) / 2);
  const age = observationWeights(observed.length);
  const kernels = order.map((index) => ({ mean: observed[index], weight: age[index] }));
  kernels.splice(prior, 0, { mean: (low + high) / 2, weight: 1 });
  const means = Float64Array.from(kernels, (kernel) => kernel.mean);
  const deviations = kernelWidths(means, low, high);
  deviations[prior] = range;
  const total = kernels.reduce((sum, kernel) => sum + kernel.weight, 0);
  return {
    low,
    high,
    means,
    deviations,
    weights: Float64Array.from(kernels, (kernel) => kernel.weight / total),
    masses: means.map(
      (mean, i) => normalCdf((high - mean) / deviations[i]) - normalCdf((low - mean) / deviations[i]),
    ),
  };
}

function insertionPoint(observed: readonly number[], order: readonly number[], middle: number): number {
  const found = order.findIndex((index) => observed[index] > middle);
  return found === -1 ? order.length : found;
}

/** 1 for the newest, falling linearly with age beyond that. */
export function observationWeights(count: number): number[] {
  const old = Math.max(0, count - FULL_WEIGHT);
  return Array.from({ length: count }, (_, index) => {
    if (index >= old) return 1;
    return old === 1 ? 1 / count : 1 / count + (index / (old - 1)) * (1 - 1 / count);
  });
}

function kernelWidths(means: Float64Array, low: number, high: number): Float64Array {
  const last = means.length - 1;
  const narrowest = (high - low) * Math.max(NARROWEST, NARROWEST_OF_FEW / (means.length + 1));
  return means.map((mean, index) => {
    const before = mean - (index === 0 ? low : means[index - 1]);
    const after = (index === last ? high : means[index + 1]) - mean;
    // At the ends only the inner gap counts, else every extreme observation would be blurred.
    let width = Math.max(before, after);
    if (last >= 1 && index === 0) width = after;
    if (last >= 1 && index === last) width = before;
    return Math.min(high - low, Math.max(narrowest, width));
  });
}

export function sampleParzen(parzen: Parzen, random: Random): number {
  const kernel = pickIndex(parzen.weights, random);
  // The mean is inside the interval and no kernel is wider than it: at least a third of the draws are kept.
  for (;;) {
    const drawn = parzen.means[kernel] + parzen.deviations[kernel] * random.normal();
    if (drawn >= parzen.low && drawn <= parzen.high) return drawn;
  }
}

export function logDensity({ means, deviations, weights, masses }: Parzen, place: number): number {
  let density = 0;
  for (let i = 0; i < means.length; i++) {
    const z = (place - means[i]) / deviations[i];
    density += (weights[i] * Math.exp(-0.5 * z * z)) / (deviations[i] * masses[i]);
  }
  return Math.log(density);
}

/** An index drawn with the probabilities given. */
export function pickIndex(probabilities: ArrayLike<number>, random: Random): number {
  let rest = random.next();
  for (let index = 0; index < probabilities.length; index++) {
    rest -= probabilities[index];
    if (rest < 0) return index;
  }
  return probabilities.length - 1;
}
