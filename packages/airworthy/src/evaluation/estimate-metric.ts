import { type Confusion, confusionMatrix } from '../stats/confusion-metrics.ts';
import { delongAuc } from '../stats/delong.ts';
import {
  clopperPearson,
  combineIntervals,
  type Interval,
  meanWithT,
  unseenShare,
  wilson,
} from '../stats/intervals.ts';
import { groupLabels, labelStatistic } from '../stats/label-groups.ts';
import {
  type AucMeasure,
  type LabelMeasure,
  type Measure,
  measuredValue,
  type RowMean,
  type StatisticMeasure,
} from '../stats/measure.ts';
import { measure } from '../stats/metric-catalogue.ts';
import { higherIsBetter, type MetricName } from '../stats/metric-names.ts';
import type { Outcomes } from '../stats/outcomes.ts';
import { intervalOf, type MadeInterval } from './interval-methods.ts';
import type { MetricResult } from './schema.ts';

/**
 * A metric with its interval, by the method that is right and cheap for it. Where the data leaves no doubt in the
 * sample (every row right, every loss equal) the interval is what unseen rows could still do, never of zero width.
 */
export function estimateMetric(name: MetricName, outcomes: Outcomes, confidence = 0.95): MetricResult {
  const measured = measure(name, outcomes);
  const common = { name, n: outcomes.y.length, higherIsBetter: higherIsBetter(name) };
  if (measured.undefinedBecause !== undefined) {
    return {
      ...common,
      value: null,
      low: null,
      high: null,
      method: 'none',
      reason: measured.undefinedBecause,
    };
  }
  const { method, ...interval } = madeInterval(measured, confidence, name);
  return { ...common, value: measuredValue(measured), ...statedInterval(interval), method };
}

/** JSON has no infinity, and no width would claim certainty: then there is no interval, and the reason is given. */
function statedInterval({ low, high }: Interval): Pick<MetricResult, 'low' | 'high' | 'reason'> {
  if (Number.isFinite(low) && Number.isFinite(high) && low < high) return { low, high };
  return { low: null, high: null, reason: 'too few or too uniform rows for an interval' };
}

function madeInterval(measured: Measure, confidence: number, purpose: string): MadeInterval {
  if (measured.form === 'row-mean') return rowMeanInterval(measured, confidence);
  if (measured.form === 'auc') return aucInterval(measured, confidence);
  if (measured.form === 'labels') return labelInterval(measured, confidence, purpose);
  return statisticInterval(measured, confidence, purpose);
}

function statisticInterval(measured: StatisticMeasure, confidence: number, purpose: string): MadeInterval {
  const { statistic, closedForm, lowest, highest } = measured;
  const made = closedForm
    ? { ...closedForm.interval(confidence), method: closedForm.method }
    : intervalOf({ statistic, confidence, purpose });
  if (made.low === made.high) {
    const range = { low: lowest, high: highest };
    return unseenRows(statistic.value(null), range, statistic.size, confidence);
  }
  return { ...made, low: Math.max(made.low, lowest), high: Math.min(made.high, highest) };
}

function aucInterval({ y, scores }: AucMeasure, confidence: number): MadeInterval {
  const { low, high, standardError } = delongAuc(y, scores, confidence);
  return { low, high, method: standardError > 0 ? 'DeLong (logit)' : 'exact (disjoint pairs)' };
}

function rowMeanInterval({ losses, largest, root }: RowMean, confidence: number): MadeInterval {
  const { value, standardError, low, high } = meanWithT(losses, confidence);
  const n = losses.length;
  const made =
    standardError > 0 || n < 2
      ? { low: Math.max(0, low), high: Math.min(largest, high), method: 'Student t' }
      : unseenRows(value, { low: 0, high: largest }, n, confidence);
  if (!root) return made;
  return { low: Math.sqrt(made.low), high: Math.sqrt(made.high), method: `${made.method}, square root` };
}

/** All n rows gave the same: the share that would not is bounded exactly, and what those would give by the metric's range. */
function unseenRows(value: number, range: Interval, n: number, confidence: number): MadeInterval {
  const share = unseenShare(n, confidence);
  return {
    low: value - share * (value - range.low),
    high: value + share * (range.high - value),
    method: 'exact (unseen rows)',
  };
}

function labelInterval(measured: LabelMeasure, confidence: number, purpose: string): MadeInterval {
  const confusion = confusionMatrix(measured.y, measured.predicted, measured.classes);
  if (measured.shares) return sharesInterval(measured.shares(confusion), confidence);
  const groups = groupLabels(measured.classes, measured.y, measured.predicted);
  const statistic = labelStatistic(groups, 0, measured.of);
  const made = intervalOf({ statistic, counts: groups.counts, confidence, purpose });
  if (made.low !== made.high) return made;
  return {
    ...worstUnseenLabels(confusion, measured.of, confidence),
    method: 'exact (unseen rows)',
  };
}

function sharesInterval(
  shares: { weight: number; hits: number; n: number }[],
  confidence: number,
): MadeInterval {
  const certain = shares.every(({ hits, n }) => hits === 0 || hits === n);
  const bound = certain ? clopperPearson : wilson;
  const name = certain ? 'Clopper-Pearson' : 'Wilson';
  const parts = shares.map(({ weight, hits, n }) => ({
    weight,
    value: hits / n,
    interval: bound(hits, n, confidence),
  }));
  if (parts.length === 1) return { ...parts[0].interval, method: name };
  const { low, high } = combineIntervals(parts);
  return { low, high, method: `${name} by class, combined (MOVER)` };
}

/** The least and most the metric could be if the share of rows that may be unlike all seen had other labels. */
function worstUnseenLabels(
  { classes, counts }: Confusion,
  of: (confusion: Confusion) => number,
  confidence: number,
): Interval {
  const rows = counts.reduce((total, count) => total + count, 0);
  const unseen = unseenShare(rows, confidence) * rows;
  const values = [of({ classes, counts })];
  for (let from = 0; from < counts.length; from++) {
    for (let to = 0; to < counts.length; to++) {
      if (to === from || counts[from] === 0) continue;
      const moved = counts.slice();
      moved[from] -= Math.min(unseen, counts[from]);
      moved[to] += Math.min(unseen, counts[from]);
      values.push(of({ classes, counts: moved }));
    }
  }
  const defined = values.filter((value) => !Number.isNaN(value));
  return { low: Math.min(...defined), high: Math.max(...defined) };
}
