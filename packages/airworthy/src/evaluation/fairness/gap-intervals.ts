import { multinomialDraw } from '../../stats/draws.ts';
import { criticalZ, type Interval } from '../../stats/intervals.ts';
import { quantileOfSorted } from '../../stats/order.ts';
import type { Random } from '../../stats/random.ts';
import { variance } from '../../stats/sums.ts';
import { type GroupSums, totalsOf } from './group-sums.ts';

/** A figure of a group for the interval: its value and the least standard error that so few rows can have. */
export interface Steadied {
  value: number;
  error: number;
}

/** From a group's sums, which start at `at`. */
export type SteadiedFigure = (sums: Float64Array, at: number) => Steadied;

/**
 * Simultaneous intervals of all differences between two groups, in each of the figures: how far any of them strays from
 * its estimate over the bootstrap, in its own standard errors, bounds all of them at once (max-t). The largest difference
 * then lies between the largest lower and the largest upper limit; unlike a bootstrap of the largest difference itself,
 * which chance alone keeps above 0, that is right however many groups there are and however equal they are.
 */
export function largestDifferences(
  sums: GroupSums,
  compared: readonly number[],
  figures: readonly SteadiedFigure[],
  { random, confidence, replicates }: { random: Random; confidence: number; replicates: number },
): Interval[] {
  const differencesOf = (totals: Float64Array) => differences(totals, sums.width, compared, figures);
  const observed = differencesOf(totalsOf(sums, sums.counts));
  const draws: Float64Array[] = [];
  const weights = new Float64Array(sums.units);
  for (let replicate = 0; replicate < replicates; replicate++) {
    if (sums.counts) multinomialDraw(random, sums.counts, weights);
    else drawUnits(random, weights);
    const { values } = differencesOf(totalsOf(sums, weights));
    // A group that is not drawn at all has no figure.
    if (values.every(Number.isFinite)) draws.push(values);
  }
  const errors = observed.errors.map((least, pair) =>
    Math.max(least, Math.sqrt(variance(Float64Array.from(draws, (values) => values[pair])))),
  );
  const farthest = Float64Array.from(draws, (values) =>
    values.reduce(
      (most, value, pair) => Math.max(most, Math.abs(value - observed.values[pair]) / errors[pair]),
      0,
    ),
  ).sort();
  const reach = Math.max(criticalZ(confidence), quantileOfSorted(farthest, confidence));
  const pairs = observed.values.length / figures.length;
  return figures.map((_, figure) => {
    let [low, high] = [0, 0];
    for (let pair = figure * pairs; pair < (figure + 1) * pairs; pair++) {
      low = Math.max(low, Math.abs(observed.values[pair]) - reach * errors[pair]);
      high = Math.max(high, Math.abs(observed.values[pair]) + reach * errors[pair]);
    }
    return { low, high };
  });
}

/** Figure by figure the difference of each pair of groups, and its least standard error. */
function differences(
  totals: Float64Array,
  width: number,
  compared: readonly number[],
  figures: readonly SteadiedFigure[],
): { values: Float64Array; errors: Float64Array } {
  const values: number[] = [];
  const errors: number[] = [];
  for (const figure of figures) {
    const own = compared.map((group) => figure(totals, group * width));
    for (const [place, one] of own.entries()) {
      for (const other of own.slice(place + 1)) {
        values.push(one.value - other.value);
        errors.push(Math.hypot(one.error, other.error));
      }
    }
  }
  return { values: Float64Array.from(values), errors: Float64Array.from(errors) };
}

function drawUnits(random: Random, weights: Float64Array): void {
  weights.fill(0);
  for (let draw = 0; draw < weights.length; draw++) weights[random.integer(weights.length)]++;
}
