import { bootstrap } from '../bootstrap.ts';
import type { Random } from '../random.ts';
import { type Agreement, noAgreement, withInterval } from './agreement.ts';

/** `interval` and `ratio` need numbers; `nominal` and `ordinal` take the numbers as names, and as ranks. */
export type RatingLevel = 'nominal' | 'ordinal' | 'interval' | 'ratio';

export interface RatingsOptions {
  level: RatingLevel;
  random: Random;
  confidence?: number;
  replicates?: number;
}

/**
 * Krippendorff's alpha: agreement of any number of raters on units of which each has any number of ratings (Krippendorff 2011,
 * "Computing Krippendorff's Alpha-Reliability"). `ratings[unit]` are the unit's ratings by whomever; NaN is a missing one. The
 * interval is a bootstrap over units. Null where no unit has two ratings, or all ratings are the same.
 *
 * @example
 * const { value } = krippendorffAlpha([[1, 1], [2, 2], [3, 1]], { level: 'nominal', random: createRandom(1) });
 */
export function krippendorffAlpha(
  ratings: readonly ArrayLike<number>[],
  { level, random, confidence = 0.95, replicates = 1000 }: RatingsOptions,
): Agreement {
  const units = ratings
    .map((unit) => Float64Array.from(unit).filter((value) => !Number.isNaN(value)))
    .filter((unit) => unit.length >= 2);
  if (units.length === 0) return noAgreement(0, 'no unit has two ratings');
  const value = alphaOf(units, level);
  const whole = value(null);
  if (Number.isNaN(whole)) {
    return noAgreement(units.length, 'all ratings are the same: chance alone would agree as well');
  }
  const statistic = { size: units.length, value, influence: () => null };
  const limits = bootstrap(statistic, { random, confidence, replicates, method: 'percentile' });
  return withInterval(whole, limits, units.length, `bootstrap over units (${replicates})`);
}

type WeightedAlpha = (weights: Float64Array | null) => number;

/** Alpha as a function of how often each unit counts. */
function alphaOf(units: readonly Float64Array[], level: RatingLevel): WeightedAlpha {
  const values = Float64Array.from(new Set(units.flatMap((unit) => [...unit]))).sort();
  const places = new Map(Array.from(values, (value, place) => [value, place]));
  const coded = units.map((unit) => Int32Array.from(unit, (value) => places.get(value) ?? 0));
  const counts = new Float64Array(values.length);
  return (weights) => {
    counts.fill(0);
    let n = 0;
    for (const [index, unit] of coded.entries()) {
      const weight = weights ? weights[index] : 1;
      for (const place of unit) counts[place] += weight;
      n += weight * unit.length;
    }
    const distance = DISTANCES[level](level === 'ordinal' ? midranks(counts) : values);
    let observed = 0;
    for (const [index, unit] of coded.entries()) {
      const weight = weights ? weights[index] : 1;
      if (weight > 0) observed += (weight * distance.within(unit)) / (unit.length - 1);
    }
    const expected = distance.between(counts, n) / (n - 1);
    return expected > 0 ? 1 - observed / expected : Number.NaN;
  };
}

/** Ordinal distance between two values is that of their midranks: the ratings between them, and half of theirs. */
function midranks(counts: Float64Array): Float64Array {
  let below = 0;
  return counts.map((count) => {
    const rank = below + count / 2;
    below += count;
    return rank;
  });
}

/** Sums of squared distances over all ordered pairs. */
interface Distance {
  /** Of the ratings of a unit. */
  within(unit: Int32Array): number;
  /** Of all ratings, with each value counted so often. */
  between(counts: Float64Array, n: number): number;
}

const DISTANCES: Record<RatingLevel, (values: Float64Array) => Distance> = {
  nominal: () => ({
    within: (unit) => pairs(unit, (a, b) => (a === b ? 0 : 1)),
    between: (counts, n) => counts.reduce((all, count) => all - count * count, n * n),
  }),
  ordinal: squaredDifference,
  interval: squaredDifference,
  ratio(values) {
    const squared = (a: number, b: number) => {
      const both = values[a] + values[b];
      return both === 0 ? 0 : ((values[a] - values[b]) / both) ** 2;
    };
    return {
      within: (unit) => pairs(unit, squared),
      between(counts) {
        let total = 0;
        for (let a = 0; a < counts.length; a++) {
          for (let b = 0; b < a; b++) total += 2 * counts[a] * counts[b] * squared(a, b);
        }
        return total;
      },
    };
  },
};

/** In linear time: the squared differences of all pairs are twice the squared distances from the centre, times n. */
function squaredDifference(values: Float64Array): Distance {
  return {
    within: (unit) => pairs(unit, (a, b) => (values[a] - values[b]) ** 2),
    between(counts, n) {
      let center = 0;
      for (let place = 0; place < counts.length; place++) center += (counts[place] / n) * values[place];
      let squares = 0;
      for (let place = 0; place < counts.length; place++) {
        squares += counts[place] * (values[place] - center) ** 2;
      }
      return 2 * n * squares;
    },
  };
}

function pairs(unit: Int32Array, squared: (a: number, b: number) => number): number {
  let total = 0;
  for (let a = 0; a < unit.length; a++) {
    for (let b = 0; b < a; b++) total += 2 * squared(unit[a], unit[b]);
  }
  return total;
}
