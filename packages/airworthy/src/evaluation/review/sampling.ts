import type { Random } from '../../stats/random.ts';

/** One that was drawn, with the probability with which it would be. */
export interface Drawn {
  index: number;
  probability: number;
}

/** What even the least interesting unit weighs, where the most interesting weighs 1 more: none is left out for sure. */
const LEAST_WEIGHT = 0.1;

/**
 * Draws n units, the likelier the greater their interest (0 to 1), each with a known probability that is never 0: estimates
 * weighted by one over it are unbiased. Without interests all are alike. In order of their index.
 *
 * @example
 * drawUnits({ size: 1000, n: 50, random: createRandom(1) }); // each with probability 0.05
 */
export function drawUnits({
  size,
  n,
  interest,
  random,
}: {
  size: number;
  n: number;
  interest?: Float64Array;
  random: Random;
}): Drawn[] {
  const weights = interest ? interest.map((each) => LEAST_WEIGHT + each) : new Float64Array(size).fill(1);
  const probabilities = inclusionProbabilities(weights, Math.min(n, size));
  const order = Int32Array.from({ length: size }, (_, index) => index);
  random.shuffle(order);
  const drawn = systematicSample(probabilities, order, random.next()).sort();
  return Array.from(drawn, (index) => ({ index, probability: probabilities[index] }));
}

/** Probabilities in proportion to weights that add up to n; those that would exceed 1 are 1, and the others share the rest. */
export function inclusionProbabilities(weights: Float64Array, n: number): Float64Array {
  const probabilities = new Float64Array(weights.length);
  const certain = new Uint8Array(weights.length);
  for (let rest = n; ; ) {
    let total = 0;
    for (let index = 0; index < weights.length; index++) if (certain[index] === 0) total += weights[index];
    let added = 0;
    for (let index = 0; index < weights.length; index++) {
      if (certain[index] === 1) continue;
      probabilities[index] = (rest * weights[index]) / total;
      if (probabilities[index] >= 1) {
        certain[index] = 1;
        probabilities[index] = 1;
        added++;
      }
    }
    if (added === 0) return probabilities;
    rest -= added;
  }
}

/**
 * Systematic sampling with unequal probabilities (Madow 1949): the probabilities are laid end to end in the order given, and
 * a unit is drawn for each of start, start + 1, start + 2 … that falls into it. What is certain is drawn anyway.
 *
 * @param start uniform in [0, 1)
 */
export function systematicSample(probabilities: Float64Array, order: Int32Array, start: number): Int32Array {
  const drawn: number[] = [];
  let total = 0;
  for (const index of order) {
    if (probabilities[index] >= 1) {
      drawn.push(index);
      continue;
    }
    const before = Math.ceil(total - start);
    total += probabilities[index];
    if (Math.ceil(total - start) > before) drawn.push(index);
  }
  return Int32Array.from(drawn);
}
