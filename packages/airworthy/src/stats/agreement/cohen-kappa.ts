import { type Confusion, cohenKappa } from '../confusion-metrics.ts';
import { criticalZ, unseenShare } from '../intervals.ts';
import { sum } from '../sums.ts';
import { type Agreement, noAgreement, withInterval } from './agreement.ts';

export type KappaWeights = 'none' | 'linear' | 'quadratic';

/**
 * Cohen's kappa of two raters of the same items, from their joint counts, with the large-sample interval of Fleiss, Cohen and
 * Everitt (1969). `linear` and `quadratic` weigh disagreement by its distance. Where the raters agreed on every item, the
 * interval allows for the share of items that may yet differ (Clopper-Pearson).
 *
 * @example
 * cohenAgreement({ classes: 2, counts: Float64Array.of(20, 5, 10, 15) }); // { value: 0.4, low: 0.1495, high: 0.6505, … }
 */
export function cohenAgreement(
  table: Confusion,
  { weights = 'none', confidence = 0.95 }: { weights?: KappaWeights; confidence?: number } = {},
): Agreement {
  const n = sum(table.counts);
  const kappa = cohenKappa(table, weights);
  if (n === 0) return noAgreement(0, 'no item has two ratings');
  if (Number.isNaN(kappa))
    return noAgreement(n, 'all ratings are the same: chance alone would agree as well');
  if (kappa === 1) {
    const low = 1 - unseenShare(n, confidence) / (1 - chanceAgreement(table, weights));
    return withInterval(kappa, { low: Math.max(-1, low), high: 1 }, n, 'exact (unseen items)');
  }
  const half = criticalZ(confidence) * kappaError(table, weights);
  const limits = { low: Math.max(-1, kappa - half), high: Math.min(1, kappa + half) };
  return withInterval(kappa, limits, n, 'Fleiss-Cohen-Everitt');
}

/** The large-sample standard error of (weighted) kappa, as statsmodels' `cohens_kappa` has it. */
export function kappaError(table: Confusion, weights: KappaWeights = 'none'): number {
  const { classes, counts } = table;
  const n = sum(counts);
  const { rows, columns } = marginShares(table);
  const agreement = agreementWeights(classes, weights);
  const kappa = cohenKappa(table, weights);
  const chance = chanceAgreement(table, weights);
  let squares = 0;
  for (let first = 0; first < classes; first++) {
    for (let second = 0; second < classes; second++) {
      let margins = 0;
      for (let other = 0; other < classes; other++) {
        margins += columns[other] * agreement(first, other) + rows[other] * agreement(other, second);
      }
      const share = counts[first * classes + second] / n;
      squares += share * (agreement(first, second) - margins * (1 - kappa)) ** 2;
    }
  }
  const variance = (squares - (kappa - chance * (1 - kappa)) ** 2) / (n * (1 - chance) ** 2);
  return Math.sqrt(Math.max(0, variance));
}

function chanceAgreement(table: Confusion, weights: KappaWeights): number {
  const { rows, columns } = marginShares(table);
  const agreement = agreementWeights(table.classes, weights);
  let chance = 0;
  for (const [first, row] of rows.entries()) {
    for (const [second, column] of columns.entries()) chance += row * column * agreement(first, second);
  }
  return chance;
}

function marginShares({ classes, counts }: Confusion): { rows: number[]; columns: number[] } {
  const n = sum(counts);
  const rows = new Array<number>(classes).fill(0);
  const columns = new Array<number>(classes).fill(0);
  for (let cell = 0; cell < counts.length; cell++) {
    rows[Math.floor(cell / classes)] += counts[cell] / n;
    columns[cell % classes] += counts[cell] / n;
  }
  return { rows, columns };
}

function agreementWeights(classes: number, weights: KappaWeights): (a: number, b: number) => number {
  if (weights === 'none') return (a, b) => (a === b ? 1 : 0);
  const most = Math.max(1, classes - 1);
  return weights === 'linear' ? (a, b) => 1 - Math.abs(a - b) / most : (a, b) => 1 - ((a - b) / most) ** 2;
}
