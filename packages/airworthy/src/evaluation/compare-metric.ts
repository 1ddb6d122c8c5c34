import { rocAucStatistic } from '../stats/classification-metrics.ts';
import { delongDifference } from '../stats/delong.ts';
import type { Interval } from '../stats/intervals.ts';
import { byRow, groupLabels, labelStatistic } from '../stats/label-groups.ts';
import {
  type AucMeasure,
  type LabelMeasure,
  type Measure,
  measuredValue,
  type RowMean,
  rightness,
  rowMeanStatistic,
  type StatisticMeasure,
} from '../stats/measure.ts';
import { measure } from '../stats/metric-catalogue.ts';
import { higherIsBetter, type MetricName } from '../stats/metric-names.ts';
import type { Outcomes } from '../stats/outcomes.ts';
import { difference } from '../stats/weighted-statistic.ts';
import { intervalOfDifference, NO_INTERVAL } from './interval-methods.ts';
import { type Clusters, unitsOf } from './measuring/clusters.ts';
import { type MadeDifference, meanDifference, unseenDifference } from './measuring/mean-difference.ts';

/** Two models on the same rows. `improvement` is positive where the candidate is better, whichever way the metric runs. */
export interface Comparison extends Interval {
  candidate: number;
  baseline: number;
  improvement: number;
  n: number;
  method: string;
  p?: number;
  /** Set where the metric is not defined for one of them; the numbers are then NaN. */
  undefinedBecause?: string;
}

export interface ComparisonOptions {
  confidence?: number;
  clusters?: Clusters | undefined;
}

/** Compares two models on the same rows, row by row paired, by the method that is right for the metric and for how the rows come. */
export function compareMetric(
  metric: MetricName,
  candidate: Outcomes,
  baseline: Outcomes,
  options: ComparisonOptions = {},
): Comparison {
  const { made, ...values } = differenceOfMetric(metric, candidate, baseline, options);
  const gap = values.candidate - values.baseline;
  return { ...values, ...improvementOf(gap, made, higherIsBetter(metric)) };
}

/** Candidate - baseline, whichever way the metric runs. */
export function differenceOfMetric(
  metric: MetricName,
  candidate: Outcomes,
  baseline: Outcomes,
  { confidence = 0.95, clusters }: ComparisonOptions,
): Pick<Comparison, 'candidate' | 'baseline' | 'n' | 'undefinedBecause'> & { made: MadeDifference } {
  const [ours, theirs] = [measure(metric, candidate), measure(metric, baseline)];
  const values = { candidate: measuredValue(ours), baseline: measuredValue(theirs), n: candidate.y.length };
  const reason = ours.undefinedBecause ?? theirs.undefinedBecause;
  if (reason !== undefined) {
    return {
      ...values,
      made: { low: Number.NaN, high: Number.NaN, method: 'none' },
      undefinedBecause: reason,
    };
  }
  const gap = values.candidate - values.baseline;
  const df = degreesOfFreedom(candidate);
  return { ...values, made: differenceInterval(ours, theirs, { metric, gap, confidence, clusters, df }) };
}

/** Candidate - baseline as an improvement: turned round where lower is better. */
export function improvementOf<Made extends Interval>(
  gap: number,
  made: Made,
  higher: boolean,
): Made & { improvement: number } {
  if (higher) return { ...made, improvement: gap };
  // Subtracted from 0, because -0 would not survive being stored.
  return { ...made, improvement: 0 - gap, low: 0 - made.high, high: 0 - made.low };
}

interface Compared {
  metric: MetricName;
  /** Candidate - baseline. */
  gap: number;
  confidence: number;
  clusters: Clusters | undefined;
  /** Degrees of freedom of a standard error. */
  df: number;
}

/** The interval of candidate - baseline. Both are measures of one metric on one kind of outcome, so of one form. */
function differenceInterval(ours: Measure, theirs: Measure, compared: Compared): MadeDifference {
  if (compared.clusters && compared.clusters.count < 2) return NO_INTERVAL;
  if (ours.form === 'auc') return aucDifference(ours, theirs as AucMeasure, compared);
  if (ours.form === 'row-mean') return rowMeanDifference(ours, theirs as RowMean, compared);
  if (ours.form === 'labels') return labelDifference(ours, theirs as LabelMeasure, compared);
  return statisticDifference(ours, theirs as StatisticMeasure, compared);
}

/** A standard error is known as well as the smaller class (binary), the mean class or all rows allow. */
function degreesOfFreedom({ kind, y }: Outcomes): number {
  if (kind === 'regression') return Math.max(1, y.length - 1);
  const sizes = new Map<number, number>();
  for (const label of y) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  const rows = kind === 'binary' ? Math.min(...sizes.values()) : y.length / sizes.size;
  return Math.max(1, rows - 1);
}

function aucDifference(ours: AucMeasure, theirs: AucMeasure, compared: Compared): MadeDifference {
  const { metric, gap, confidence, clusters, df } = compared;
  if (clusters) {
    const statistic = difference(
      rocAucStatistic(ours.y, ours.scores),
      rocAucStatistic(theirs.y, theirs.scores),
    );
    const made = intervalOfDifference({ statistic, clusters, confidence, purpose: metric }, df);
    if (made.low === made.high) return unseenDifference(gap, 1, clusters.count, confidence);
    return { ...made, method: 'paired clustered DeLong, t' };
  }
  const { low, high, standardError } = delongDifference(ours.y, ours.scores, theirs.scores, confidence);
  return { low, high, method: standardError > 0 ? 'paired DeLong' : 'exact (disjoint pairs)' };
}

function statisticDifference(
  ours: StatisticMeasure,
  theirs: StatisticMeasure,
  compared: Compared,
): MadeDifference {
  const { metric, gap, confidence, clusters, df } = compared;
  const statistic = difference(ours.statistic, theirs.statistic);
  const purpose = `${metric} difference`;
  const made = intervalOfDifference({ statistic, clusters, confidence, purpose }, df);
  if (made.low !== made.high) return made;
  const range = Number.isFinite(ours.lowest) ? ours.highest - ours.lowest : 1;
  return unseenDifference(gap, range, unitsOf(statistic.size, clusters), confidence);
}

function rowMeanDifference(ours: RowMean, theirs: RowMean, compared: Compared): MadeDifference {
  const { metric, gap, confidence, clusters, df } = compared;
  const gaps = ours.losses.map((loss, row) => loss - theirs.losses[row]);
  const seen = Math.max(largestLoss(ours), largestLoss(theirs));
  const largest = seen > 0 ? seen : largestPossible(ours);
  if (gaps.every((each) => each === gaps[0])) {
    return unseenDifference(gap, largest, unitsOf(gaps.length, clusters), confidence);
  }
  if (ours.root) {
    const statistic = difference(rowMeanStatistic(ours), rowMeanStatistic(theirs));
    const purpose = `${metric} difference`;
    return intervalOfDifference({ statistic, clusters, confidence, purpose }, df);
  }
  return meanDifference({ gaps, clusters, binary: false, largest, confidence, purpose: metric });
}

function largestLoss({ losses, root }: RowMean): number {
  const largest = losses.reduce((most, loss) => Math.max(most, loss), 0);
  return root ? Math.sqrt(largest) : largest;
}

function largestPossible({ largest, root }: RowMean): number {
  return root ? Math.sqrt(largest) : largest;
}

function labelDifference(ours: LabelMeasure, theirs: LabelMeasure, compared: Compared): MadeDifference {
  const { metric, gap, confidence, clusters, df } = compared;
  if (metric === 'accuracy') {
    const baseline = rightness(theirs);
    const gaps = rightness(ours).map((right, row) => right - baseline[row]);
    return meanDifference({ gaps, clusters, binary: true, largest: 1, confidence, purpose: metric });
  }
  const groups = groupLabels(ours.classes, ours.y, ours.predicted, theirs.predicted);
  const statistic = difference(labelStatistic(groups, 0, ours.of), labelStatistic(groups, 1, theirs.of));
  const resampling = clusters
    ? { statistic: byRow(statistic, groups.groupOf), clusters }
    : { statistic, counts: groups.counts };
  const made = intervalOfDifference({ ...resampling, confidence, purpose: `${metric} difference` }, df);
  if (made.low !== made.high) return made;
  return unseenDifference(gap, 1, unitsOf(ours.y.length, clusters), confidence);
}
