import { byCluster, influenceInterval } from '../stats/bootstrap.ts';
import { rocAucStatistic } from '../stats/classification-metrics.ts';
import { type Confusion, confusionMatrix } from '../stats/confusion-metrics.ts';
import { delongAuc, logitInterval } from '../stats/delong.ts';
import { clopperPearson, combineIntervals, type Interval, unseenShare, wilson } from '../stats/intervals.ts';
import { byRow, groupLabels, labelStatistic } from '../stats/label-groups.ts';
import {
  type AucMeasure,
  type LabelMeasure,
  type Measure,
  measuredValue,
  type RowMean,
  rightness,
  type StatisticMeasure,
} from '../stats/measure.ts';
import { measure } from '../stats/metric-catalogue.ts';
import { higherIsBetter, type MetricName } from '../stats/metric-names.ts';
import type { Outcomes } from '../stats/outcomes.ts';
import type { WeightedStatistic } from '../stats/weighted-statistic.ts';
import { intervalOf, type MadeInterval, NO_INTERVAL } from './interval-methods.ts';
import { type Clusters, unitsOf } from './measuring/clusters.ts';
import { confidenceAsT, meanInterval, unseenRows } from './measuring/mean-interval.ts';
import type { MetricResult } from './schema.ts';

/**
 * A metric with its interval, by the method that is right and cheap for it. Where the data leaves no doubt in the
 * sample (every row right, every loss equal) the interval is what unseen rows could still do, never of zero width. Rows that
 * come in clusters are as many as there are clusters of them.
 */
export function estimateMetric(
  name: MetricName,
  outcomes: Outcomes,
  confidence = 0.95,
  clusters?: Clusters,
): MetricResult {
  const measured = measure(name, outcomes);
  const common = {
    name,
    n: outcomes.y.length,
    ...(clusters ? { clusters: clusters.count } : {}),
    higherIsBetter: higherIsBetter(name),
  };
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
  const { method, ...interval } = madeInterval(measured, { confidence, clusters, purpose: name });
  return { ...common, value: measuredValue(measured), ...statedInterval(interval), method };
}

/** JSON has no infinity, and no width would claim certainty: then there is no interval, and the reason is given. */
function statedInterval({ low, high }: Interval): Pick<MetricResult, 'low' | 'high' | 'reason'> {
  if (Number.isFinite(low) && Number.isFinite(high) && low < high) return { low, high };
  return { low: null, high: null, reason: 'too few or too uniform rows for an interval' };
}

interface Asked {
  confidence: number;
  clusters: Clusters | undefined;
  purpose: string;
}

function madeInterval(measured: Measure, asked: Asked): MadeInterval {
  if (measured.form === 'row-mean') return rowMeanInterval(measured, asked);
  if (measured.form === 'auc') return aucInterval(measured, asked);
  if (measured.form === 'labels') return labelInterval(measured, asked);
  return statisticInterval(measured, asked);
}

/** Anything that is known by what resampling needs; its interval stays within the range. */
export function statisticInterval(
  measured: Omit<StatisticMeasure, 'form'>,
  { confidence, clusters, purpose }: Asked,
): MadeInterval {
  const { statistic, closedForm, lowest, highest } = measured;
  const own = closedForm && { ...closedForm.interval(confidence), method: closedForm.method };
  const stretched = own && clusters ? widened(own, statistic, clusters) : own;
  const made = stretched ?? intervalOf({ statistic, clusters, confidence, purpose });
  if (made.low === made.high) {
    const range = { low: lowest, high: highest };
    return unseenRows(statistic.value(null), range, unitsOf(statistic.size, clusters), confidence);
  }
  return { ...made, low: Math.max(made.low, lowest), high: Math.min(made.high, highest) };
}

/** A closed form for rows, stretched by how much less the clusters know; undefined where influence does not tell. */
function widened(
  made: MadeInterval,
  statistic: WeightedStatistic,
  clusters: Clusters,
): MadeInterval | undefined {
  const rows = statistic.influence();
  const together = byCluster(statistic, clusters.of, clusters.count).influence();
  if (!rows || !together || clusters.count < 2) return undefined;
  const value = statistic.value(null);
  const errorOf = (influence: Float64Array) => influenceInterval(value, influence).standardError;
  const stretch = errorOf(together) / errorOf(rows);
  if (!(stretch > 0 && Number.isFinite(stretch))) return undefined;
  return {
    low: value - stretch * (value - made.low),
    high: value + stretch * (made.high - value),
    method: `${made.method}, stretched for clusters`,
  };
}

function aucInterval({ y, scores }: AucMeasure, { confidence, clusters }: Asked): MadeInterval {
  if (clusters) return clusteredAuc(y, scores, { confidence, clusters });
  const { low, high, standardError } = delongAuc(y, scores, confidence);
  return { low, high, method: standardError > 0 ? 'DeLong (logit)' : 'exact (disjoint pairs)' };
}

/** Obuchowski (1997): what each cluster adds to the area, summed over its rows, on the logit scale with t. */
function clusteredAuc(
  y: Uint8Array,
  scores: Float64Array,
  { confidence, clusters }: { confidence: number; clusters: Clusters },
): MadeInterval {
  if (clusters.count < 2) return NO_INTERVAL;
  const statistic = rocAucStatistic(y, scores);
  const value = statistic.value(null);
  const influence = byCluster(statistic, clusters.of, clusters.count).influence();
  const { standardError } = influenceInterval(value, influence ?? new Float64Array(0));
  if (!(standardError > 0) || value === 0 || value === 1) {
    return unseenRows(value, { low: 0, high: 1 }, clusters.count, confidence);
  }
  const reach = confidenceAsT(confidence, clusters.count - 1);
  return { ...logitInterval(value, standardError, reach), method: 'clustered DeLong (logit, t)' };
}

function rowMeanInterval({ losses, largest, root }: RowMean, asked: Asked): MadeInterval {
  const range = { low: 0, high: largest };
  const made = meanInterval({ values: losses, range, binary: false, ...asked });
  if (!root) return made;
  return {
    low: Math.sqrt(Math.max(0, made.low)),
    high: Math.sqrt(made.high),
    method: `${made.method}, square root`,
  };
}

function labelInterval(measured: LabelMeasure, asked: Asked): MadeInterval {
  const { confidence, clusters, purpose } = asked;
  const confusion = confusionMatrix(measured.y, measured.predicted, measured.classes);
  if (clusters) return clusteredLabels(measured, confusion, asked);
  if (measured.shares) return sharesInterval(measured.shares(confusion), confidence);
  const groups = groupLabels(measured.classes, measured.y, measured.predicted);
  const statistic = labelStatistic(groups, 0, measured.of);
  const made = intervalOf({ statistic, counts: groups.counts, confidence, purpose });
  return made.low === made.high ? unseenLabels(confusion, measured, confidence) : made;
}

function clusteredLabels(measured: LabelMeasure, confusion: Confusion, asked: Asked): MadeInterval {
  const { y, predicted, classes, of } = measured;
  const rows = confusion.counts.reduce((total, count) => total + count, 0);
  const [first, ...others] = measured.shares?.(confusion) ?? [];
  const isShareOfRows = first !== undefined && others.length === 0 && first.n === rows;
  if (isShareOfRows) {
    const range = { low: 0, high: 1 };
    return meanInterval({ values: rightness(measured), range, binary: true, ...asked });
  }
  const groups = groupLabels(classes, y, predicted);
  const statistic = byRow(labelStatistic(groups, 0, of), groups.groupOf);
  const made = intervalOf({ statistic, ...asked });
  return made.low === made.high ? unseenLabels(confusion, measured, asked.confidence) : made;
}

function unseenLabels(confusion: Confusion, { of }: LabelMeasure, confidence: number): MadeInterval {
  return { ...worstUnseenLabels(confusion, of, confidence), method: 'exact (unseen rows)' };
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
