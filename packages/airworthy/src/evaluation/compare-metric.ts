import { studentisedMean } from '../stats/bootstrap.ts';
import { delongDifference } from '../stats/delong.ts';
import { bonettPrice, type Interval, meanWithT, unseenShare } from '../stats/intervals.ts';
import { groupLabels, labelStatistic } from '../stats/label-groups.ts';
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
import { signFlipInterval } from '../stats/sign-flip-interval.ts';
import { mcnemar, signFlip } from '../stats/tests.ts';
import { difference } from '../stats/weighted-statistic.ts';
import { intervalOfDifference, type MadeInterval, randomFor } from './interval-methods.ts';

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

type Made = MadeInterval & { p?: number };

/** Fewer rows than this and a mean's t interval is not to be trusted. */
const FEW_ROWS = 30;
/** Fewer rows on which two classifiers differ and the normal approximation fails (see the README). */
const FEW_DISCORDANT = 10;

/** Compares two models on the same rows, row by row paired, by the method that is right for the metric. */
export function compareMetric(
  metric: MetricName,
  candidate: Outcomes,
  baseline: Outcomes,
  confidence = 0.95,
): Comparison {
  const [ours, theirs] = [measure(metric, candidate), measure(metric, baseline)];
  const values = { candidate: measuredValue(ours), baseline: measuredValue(theirs), n: candidate.y.length };
  const reason = ours.undefinedBecause ?? theirs.undefinedBecause;
  if (reason !== undefined) {
    const nothing = { improvement: Number.NaN, low: Number.NaN, high: Number.NaN, method: 'none' };
    return { ...values, ...nothing, undefinedBecause: reason };
  }
  const gap = values.candidate - values.baseline;
  const made = differenceInterval(ours, theirs, { metric, gap, confidence, df: degreesOfFreedom(candidate) });
  if (higherIsBetter(metric)) return { ...values, improvement: gap, ...made };
  // Subtracted from 0, because -0 would not survive being stored.
  return { ...values, improvement: 0 - gap, ...made, low: 0 - made.high, high: 0 - made.low };
}

interface Compared {
  metric: MetricName;
  /** Candidate - baseline. */
  gap: number;
  confidence: number;
  /** Degrees of freedom of a standard error. */
  df: number;
}

/** The interval of candidate - baseline. Both are measures of one metric on one kind of outcome, so of one form. */
function differenceInterval(ours: Measure, theirs: Measure, compared: Compared): Made {
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

function aucDifference(ours: AucMeasure, theirs: AucMeasure, { confidence }: Compared): Made {
  const { standardError, ...made } = delongDifference(ours.y, ours.scores, theirs.scores, confidence);
  return { ...limits(made), method: standardError > 0 ? 'paired DeLong' : 'exact (disjoint pairs)' };
}

function statisticDifference(ours: StatisticMeasure, theirs: StatisticMeasure, compared: Compared): Made {
  const { metric, confidence, df } = compared;
  const statistic = difference(ours.statistic, theirs.statistic);
  const made = intervalOfDifference({ statistic, confidence, purpose: `${metric} difference` }, df);
  if (made.low !== made.high) return made;
  const range = Number.isFinite(ours.lowest) ? ours.highest - ours.lowest : 1;
  return sameOnEveryRow(range, statistic.size, compared);
}

function rowMeanDifference(ours: RowMean, theirs: RowMean, compared: Compared): Made {
  const { metric, confidence, df } = compared;
  const gaps = ours.losses.map((loss, row) => loss - theirs.losses[row]);
  if (gaps.every((each) => each === gaps[0])) {
    const seen = Math.max(largestLoss(ours), largestLoss(theirs));
    return sameOnEveryRow(seen > 0 ? seen : largestPossible(ours), gaps.length, compared);
  }
  if (ours.root) {
    const statistic = difference(rowMeanStatistic(ours), rowMeanStatistic(theirs));
    return intervalOfDifference({ statistic, confidence, purpose: `${metric} difference` }, df);
  }
  if (gaps.length >= FEW_ROWS) return { ...limits(meanWithT(gaps, confidence)), method: 'paired t' };
  return fewRowsDifference(gaps, compared);
}

/** For few rows t is not to be trusted: the wider of an interval exact for symmetric differences and one that allows for skew. */
function fewRowsDifference(gaps: Float64Array, { metric, confidence }: Compared): Made {
  const flipped = signFlipInterval(gaps, { random: randomFor(`${metric} subsets`), confidence });
  const studentised = studentisedMean(gaps, { random: randomFor(`${metric} difference`), confidence });
  const { p } = signFlip(gaps, { random: randomFor(`${metric} signs`) });
  return {
    low: Math.min(flipped.low, studentised.low),
    high: Math.max(flipped.high, studentised.high),
    method: 'paired sign-flip and studentised bootstrap, the wider',
    p,
  };
}

function largestLoss({ losses, root }: RowMean): number {
  const largest = losses.reduce((most, loss) => Math.max(most, loss), 0);
  return root ? Math.sqrt(largest) : largest;
}

function largestPossible({ largest, root }: RowMean): number {
  return root ? Math.sqrt(largest) : largest;
}

function labelDifference(ours: LabelMeasure, theirs: LabelMeasure, compared: Compared): Made {
  const { metric, confidence, df } = compared;
  if (metric === 'accuracy') {
    const baseline = rightness(theirs);
    const gaps = rightness(ours).map((right, row) => right - baseline[row]);
    return accuracyDifference(gaps, compared);
  }
  const groups = groupLabels(ours.classes, ours.y, ours.predicted, theirs.predicted);
  const statistic = difference(labelStatistic(groups, 0, ours.of), labelStatistic(groups, 1, theirs.of));
  const { counts } = groups;
  const made = intervalOfDifference({ statistic, counts, confidence, purpose: `${metric} difference` }, df);
  return made.low === made.high ? sameOnEveryRow(1, ours.y.length, compared) : made;
}

/** From +1 where only the candidate is right and -1 where only the baseline is. */
function accuracyDifference(gaps: Float64Array, compared: Compared): Made {
  const { confidence } = compared;
  const gained = gaps.reduce((rows, gap) => rows + (gap > 0 ? 1 : 0), 0);
  const lost = gaps.reduce((rows, gap) => rows + (gap < 0 ? 1 : 0), 0);
  if (gained + lost < FEW_DISCORDANT) {
    return { ...bonettPrice(gained, lost, gaps.length, confidence), method: 'paired Bonett-Price' };
  }
  const made = meanWithT(gaps, confidence);
  // Every row may be a gain (or every row a loss): then there is no spread to judge by.
  if (made.low === made.high) return sameOnEveryRow(1, gaps.length, compared);
  return { ...limits(made), method: 'paired t', p: mcnemar(gained, lost).exact };
}

const limits = ({ low, high }: Interval): Interval => ({ low, high });

/**
 * Every row shows the same difference: rows not seen yet could still differ, by no more than `largest`; where that
 * is 0 too, nothing is known of the scale.
 */
function sameOnEveryRow(largest: number, n: number, { gap, confidence }: Compared): Made {
  if (largest === 0) return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, method: 'none' };
  const share = unseenShare(n, confidence);
  return {
    low: gap - share * Math.max(0, gap + largest),
    high: gap + share * Math.max(0, largest - gap),
    method: 'exact (unseen rows)',
  };
}
