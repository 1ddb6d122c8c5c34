import { binomialCdf } from '../../stats/distributions/binomial.ts';
import { studentTSurvivalQuantile } from '../../stats/distributions/student-t.ts';
import { type Interval, meanWithClusteredT } from '../../stats/intervals.ts';
import { ascendingOrder, quantileOfSorted } from '../../stats/order.ts';
import { sum } from '../../stats/sums.ts';
import type { WeightedStatistic } from '../../stats/weighted-statistic.ts';
import type { MadeInterval } from '../interval-methods.ts';
import type { Clusters } from './clusters.ts';

/**
 * A function of the summed `sums` (row-major, `width` a row), as resampling needs it. Its influence leaves one row out at a time
 * (the jackknife), so any function will do.
 */
export function sumsStatistic(
  of: (totals: Float64Array) => number,
  sums: Float64Array,
  width: number,
): WeightedStatistic {
  const size = sums.length / width;
  const totalsOf = (weights: Float64Array | null) => {
    const totals = new Float64Array(width);
    for (let row = 0; row < size; row++) {
      const weight = weights ? weights[row] : 1;
      for (let part = 0; part < width; part++) totals[part] += weight * sums[row * width + part];
    }
    return totals;
  };
  return {
    size,
    value: (weights) => of(totalsOf(weights)),
    influence() {
      const totals = totalsOf(null);
      const whole = of(totals);
      const without = Float64Array.from({ length: size }, (_, row) =>
        of(totals.map((total, part) => total - sums[row * width + part])),
      );
      // A single row may be all that gives the figure a meaning: then there is no derivative.
      if (without.some(Number.isNaN)) return null;
      const influence = without.map((value) => (size - 1) * (whole - value));
      const center = sum(influence) / size;
      return influence.map((value) => value - center);
    },
  };
}

/** A quantile of the values as resampling needs it; type 7 as observed, the inverse of the distribution with weights. */
export function quantileStatistic(values: Float64Array, probability: number): WeightedStatistic {
  const order = ascendingOrder(values);
  const sorted = Float64Array.from(order, (row) => values[row]);
  return {
    size: values.length,
    value(weights) {
      if (!weights) return quantileOfSorted(sorted, probability);
      const wanted = probability * sum(weights);
      let seen = 0;
      for (const row of order) {
        seen += weights[row];
        if (seen >= wanted && seen > 0) return values[row];
      }
      return Number.NaN;
    },
    influence: () => null,
  };
}

/**
 * The interval of a quantile between two values that were seen, whatever the distribution: ranks are binomial, in clusters the
 * share below is known as well as clustered t says (Woodruff 1952). A side that so few rows cannot bound is infinite.
 */
export function quantileBounds(
  values: Float64Array,
  probability: number,
  { clusters, confidence }: { clusters?: Clusters | undefined; confidence: number },
): MadeInterval {
  const sorted = values.toSorted();
  const ranks = clusters
    ? clusteredRanks(values, quantileOfSorted(sorted, probability), { probability, clusters, confidence })
    : binomialRanks(sorted.length, probability, confidence);
  return {
    low: ranks.low < 1 ? Number.NEGATIVE_INFINITY : sorted[Math.min(ranks.low, sorted.length) - 1],
    high: ranks.high > sorted.length ? Number.POSITIVE_INFINITY : sorted[Math.max(ranks.high, 1) - 1],
    method: clusters ? 'order statistics, clustered (Woodruff)' : 'order statistics',
  };
}

/** Ranks from 1 whose values have the quantile between them; 0 and n + 1 where there is none. */
function binomialRanks(n: number, probability: number, confidence: number): Interval {
  const tail = (1 - confidence) / 2;
  // The quantile is below the value of rank r unless fewer than r values are below it.
  const low = firstAbove(n, (rank) => binomialCdf(rank, n, probability) > tail);
  const high = firstAbove(n, (rank) => binomialCdf(rank, n, probability) >= 1 - tail) + 1;
  return { low, high };
}

function firstAbove(n: number, reached: (rank: number) => boolean): number {
  let [low, high] = [0, n];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (reached(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function clusteredRanks(
  values: Float64Array,
  quantile: number,
  { probability, clusters, confidence }: { probability: number; clusters: Clusters; confidence: number },
): Interval {
  const n = values.length;
  const below = values.map((value) => (value <= quantile ? 1 : 0));
  const { standardError } = meanWithClusteredT(below, clusters.of);
  const known =
    standardError > 0 ? standardError : Math.sqrt((probability * (1 - probability)) / clusters.count);
  const half =
    clusters.count < 2
      ? Number.POSITIVE_INFINITY
      : studentTSurvivalQuantile((1 - confidence) / 2, clusters.count - 1) * known;
  return {
    low: Math.max(0, Math.floor((probability - half) * n)),
    high: Math.min(n + 1, Math.ceil((probability + half) * n) + 1),
  };
}
