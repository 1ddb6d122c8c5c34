import { bootstrap } from '../bootstrap.ts';
import type { Random } from '../random.ts';
import { type Agreement, noAgreement, withInterval } from './agreement.ts';

/** `counts[unit * categories + category]`: how many raters put the unit there; the same number of raters for every unit. */
export interface CategoryTable {
  categories: number;
  counts: Float64Array;
}

/**
 * Fleiss' kappa (1971) of items that each were put into a category by the same number of raters, not always the same people;
 * the interval is a bootstrap over items. Throws RangeError where items have different numbers of ratings (use Krippendorff).
 */
export function fleissAgreement(
  table: CategoryTable,
  {
    random,
    confidence = 0.95,
    replicates = 2000,
  }: { random: Random; confidence?: number; replicates?: number },
): Agreement {
  const { categories, counts } = table;
  const units = counts.length / categories;
  if (units === 0) return noAgreement(0, 'there are no items');
  const raters = ratersOf(table, 0);
  for (let unit = 1; unit < units; unit++) {
    if (ratersOf(table, unit) !== raters) {
      throw new RangeError(`item ${unit} has ${ratersOf(table, unit)} ratings, item 0 has ${raters}`);
    }
  }
  if (raters < 2) return noAgreement(units, 'no item has two ratings');
  const agreed = Float64Array.from({ length: units }, (_, unit) => agreedPairs(table, unit, raters));
  const value = (weights: Float64Array | null) => kappa(table, agreed, raters, weights);
  const whole = value(null);
  if (Number.isNaN(whole)) {
    return noAgreement(units, 'all ratings are the same: chance alone would agree as well');
  }
  const statistic = { size: units, value, influence: () => null };
  const limits = bootstrap(statistic, { random, confidence, replicates, method: 'percentile' });
  return withInterval(whole, limits, units, `bootstrap over items (${replicates})`);
}

function ratersOf({ categories, counts }: CategoryTable, unit: number): number {
  let total = 0;
  for (let category = 0; category < categories; category++) total += counts[unit * categories + category];
  return total;
}

/** The share of pairs of raters that agree on a unit. */
function agreedPairs({ categories, counts }: CategoryTable, unit: number, raters: number): number {
  let squares = 0;
  for (let category = 0; category < categories; category++)
    squares += counts[unit * categories + category] ** 2;
  return (squares - raters) / (raters * (raters - 1));
}

function kappa(
  { categories, counts }: CategoryTable,
  agreed: Float64Array,
  raters: number,
  weights: Float64Array | null,
): number {
  const totals = new Float64Array(categories);
  let observed = 0;
  let units = 0;
  for (let unit = 0; unit < agreed.length; unit++) {
    const weight = weights ? weights[unit] : 1;
    observed += weight * agreed[unit];
    units += weight;
    for (let category = 0; category < categories; category++) {
      totals[category] += weight * counts[unit * categories + category];
    }
  }
  const chance = totals.reduce((all, total) => all + (total / (units * raters)) ** 2, 0);
  return chance >= 1 ? Number.NaN : (observed / units - chance) / (1 - chance);
}
