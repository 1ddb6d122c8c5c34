import { aucEstimate, logitInterval } from '../delong.ts';
import { type Figure, UNDEFINED } from '../measured-metric.ts';
import type { MetricName } from '../metric-names.ts';
import type { SparseCounts } from '../sketches/sparse-counts.ts';
import { unseenFigure } from './mean-figure.ts';

/** Rows that are tied: those of one score bin. */
interface Tie {
  positives: number;
  negatives: number;
}

/** ROC-AUC and average precision of a binary task, of rows by score bin; rows of one bin are ties. */
export function measureRanking(
  [negative, positive]: readonly [SparseCounts, SparseCounts],
  confidence: number,
): [MetricName, Figure][] {
  const bins = [...new Set([...Object.keys(negative), ...Object.keys(positive)].map(Number))];
  const ties = bins
    .sort((a, b) => a - b)
    .map((bin) => ({ positives: positive[bin] ?? 0, negatives: negative[bin] ?? 0 }));
  return [
    ['roc-auc', delong(ties, confidence)],
    ['average-precision', averagePrecision(ties, confidence)],
  ];
}

function totals(ties: readonly Tie[]): Tie {
  let [positives, negatives] = [0, 0];
  for (const tie of ties) {
    positives += tie.positives;
    negatives += tie.negatives;
  }
  return { positives, negatives };
}

/** As `delongAuc` on the rows themselves, were their scores those of their bins. */
function delong(ties: readonly Tie[], confidence: number): Figure {
  const { positives, negatives } = totals(ties);
  if (positives === 0 || negatives === 0) return UNDEFINED;
  let [positivesBelow, negativesBelow, wins] = [0, 0, 0];
  const placed = ties.map((tie) => {
    const beaten = (negativesBelow + tie.negatives / 2) / negatives;
    const beatenBy = (positives - positivesBelow - tie.positives / 2) / positives;
    wins += tie.positives * beaten;
    positivesBelow += tie.positives;
    negativesBelow += tie.negatives;
    return { ...tie, beaten, beatenBy };
  });
  const auc = wins / positives;
  let [ofPositives, ofNegatives] = [0, 0];
  for (const tie of placed) {
    ofPositives += tie.positives * (tie.beaten - auc) ** 2;
    ofNegatives += tie.negatives * (tie.beatenBy - auc) ** 2;
  }
  const variance = ofNegatives / (negatives - 1) / negatives + ofPositives / (positives - 1) / positives;
  const { value, low, high, standardError } = aucEstimate(
    { auc, positives, negatives },
    Math.sqrt(variance),
    confidence,
  );
  return { value, low, high, method: standardError > 0 ? 'DeLong (logit)' : 'exact (disjoint pairs)' };
}

/** Its interval from each row's influence (the infinitesimal jackknife), as `averagePrecisionStatistic` has it. */
function averagePrecision(ties: readonly Tie[], confidence: number): Figure {
  const { positives, negatives } = totals(ties);
  if (positives === 0) return UNDEFINED;
  let [found, rows, area] = [0, 0, 0];
  const descending = ties.toReversed().map((tie) => {
    found += tie.positives;
    rows += tie.positives + tie.negatives;
    area += tie.positives * (found / rows);
    return { ...tie, rows, precision: found / rows };
  });
  const value = area / positives;
  const n = positives + negatives;
  let [gain, loss, squares] = [0, 0, 0];
  for (const tie of descending.reverse()) {
    gain += tie.positives / tie.rows;
    loss += (tie.positives * tie.precision) / tie.rows;
    squares += tie.positives * (tie.precision - value + gain - loss) ** 2 + tie.negatives * loss ** 2;
  }
  const standardError = Math.sqrt((squares * n) / (n - 1)) / positives;
  if (!(standardError > 1e-12)) return unseenFigure(value, positives, { low: 0, high: 1 }, confidence);
  return {
    value,
    ...logitInterval(value, standardError, confidence),
    method: 'infinitesimal jackknife (logit)',
  };
}
