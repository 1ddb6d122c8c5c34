import { LARGEST_LOG_LOSS, surprise } from '../classification-metrics.ts';
import {
  accuracy,
  balancedAccuracy,
  type Confusion,
  cohenKappa,
  f1,
  matthewsCorrelation,
  precision,
  recall,
} from '../confusion-metrics.ts';
import { criticalZ } from '../intervals.ts';
import { type MeasuredMetric, toMeasured } from '../measured-metric.ts';
import type { MetricName } from '../metric-names.ts';
import type { ClassTask } from '../realised/outcome-task.ts';
import { type ScoreBins, type ScoreGroup, scoreGroups } from '../sketches/score-bins.ts';
import { applyIsotonic, type IsotonicMap } from './isotonic.ts';

/** A metric's uncertainty on the reference's labelled rows, as its profile carries it. */
export interface ReferenceError {
  name: string;
  standardError: number | null;
}

/** Rows of one bin and predicted label, with the share of them that is taken to be positive (or right). */
interface ExpectedGroup extends ScoreGroup {
  chance: number;
}

/** A metric with the variance that it has because outcomes are chance. */
interface Expected {
  metric: MetricName;
  value: number;
  variance: number;
  lowest: number;
  highest: number;
}

/**
 * Performance without labels, by confidence (CBPE): where a calibrated model says 0.8, it is right in 0.8 of rows, so
 * its scores alone tell how often it will be right. Blind to a change of the relation itself: only labels show that.
 *
 * The interval is that of what the labels of these rows will show: each row's outcome is a draw of its own
 * (Poisson-binomial, by each row's influence on the metric), and the map from scores to chances is no surer than
 * the metric was on the reference, whose standard error is added in squares.
 *
 * Binary: log-loss, ROC-AUC, Brier score and metrics of labels. Multiclass: accuracy and macro precision; other metrics
 * would need all classes' probabilities. Metrics without a value on these rows are left out.
 *
 * @param map From score to chance; null: scores are chances.
 * @param reference The reference profile's metrics; one that is not among them counts as sure.
 * @example
 * estimatePerformance(bins, { kind: 'binary' }, profile.calibration, profile.metrics); // [{ metric: 'log-loss', value: 0.44, … }]
 */
export function estimatePerformance(
  bins: ScoreBins,
  task: Pick<ClassTask, 'kind'>,
  map: IsotonicMap | null,
  reference: readonly ReferenceError[],
  confidence = 0.95,
): MeasuredMetric[] {
  const groups = scoreGroups(bins).map((group) => ({
    ...group,
    chance: map ? applyIsotonic(map, group.score) : group.score,
  }));
  const n = groups.reduce((sum, { rows }) => sum + rows, 0);
  if (n === 0) return [];
  const expected =
    task.kind === 'binary' ? expectBinary(groups) : expectMulticlass(groups, bins.labels.length);
  return expected
    .filter(({ value }) => Number.isFinite(value))
    .map((metric) => withInterval(metric, n, reference, confidence));
}

function withInterval(
  { metric, value, variance, lowest, highest }: Expected,
  n: number,
  reference: readonly ReferenceError[],
  confidence: number,
): MeasuredMetric {
  const ofReference = reference.find(({ name }) => name === metric)?.standardError ?? 0;
  const half = criticalZ(confidence) * Math.sqrt(variance + ofReference ** 2);
  const interval = { low: Math.max(lowest, value - half), high: Math.min(highest, value + half) };
  const method = ofReference > 0 ? 'CBPE, normal; with the standard error of the reference' : 'CBPE, normal';
  return toMeasured(metric, n, { value, ...interval, method });
}

function expectBinary(groups: readonly ExpectedGroup[]): Expected[] {
  const logLoss = expectLoss(groups, (y, score) => surprise(y === 1 ? score : 1 - score));
  const brier = expectLoss(groups, (y, score) => (y - score) ** 2);
  const auc = expectAuc(groups);
  return [
    { metric: 'log-loss', ...logLoss, lowest: 0, highest: LARGEST_LOG_LOSS },
    { metric: 'roc-auc', ...auc, lowest: 0, highest: 1 },
    { metric: 'brier', ...brier, lowest: 0, highest: 1 },
    ...expectLabelMetrics(groups),
  ];
}

/** The mean of a loss that a row's outcome decides. */
function expectLoss(groups: readonly ExpectedGroup[], loss: (y: 0 | 1, score: number) => number) {
  let [n, total, variance] = [0, 0, 0];
  for (const { rows, score, chance } of groups) {
    const [ifNot, ifSo] = [loss(0, score), loss(1, score)];
    n += rows;
    total += rows * (ifNot + chance * (ifSo - ifNot));
    variance += rows * chance * (1 - chance) * (ifSo - ifNot) ** 2;
  }
  return { value: total / n, variance: variance / n ** 2 };
}

/** The chance that a positive row scores above a negative one, ties half, were each row as often positive as expected. */
function expectAuc(groups: readonly ExpectedGroup[]) {
  const ascending = groups.toSorted((a, b) => a.bin - b.bin);
  const ties = tiedBins(ascending);
  let [positives, negatives] = [0, 0];
  for (const tie of ties) {
    positives += tie.positives;
    negatives += tie.negatives;
  }
  let [positivesBelow, negativesBelow, wins] = [0, 0, 0];
  const shifts = ties.map((tie) => {
    const beaten = negativesBelow + tie.negatives / 2;
    const beatenBy = positives - positivesBelow - tie.positives / 2;
    wins += tie.positives * beaten;
    positivesBelow += tie.positives;
    negativesBelow += tie.negatives;
    return { variance: tie.variance, wins: beaten - beatenBy };
  });
  const pairs = positives * negatives;
  const value = wins / pairs;
  // A row that turns positive changes the pairs won, and the number of pairs.
  const variance = shifts.reduce(
    (sum, shift) => sum + shift.variance * ((shift.wins - value * (negatives - positives)) / pairs) ** 2,
    0,
  );
  return { value, variance };
}

function tiedBins(ascending: readonly ExpectedGroup[]) {
  const ties: { bin: number; positives: number; negatives: number; variance: number }[] = [];
  for (const { bin, rows, chance } of ascending) {
    let tie = ties.at(-1);
    if (tie?.bin !== bin) {
      tie = { bin, positives: 0, negatives: 0, variance: 0 };
      ties.push(tie);
    }
    tie.positives += rows * chance;
    tie.negatives += rows * (1 - chance);
    tie.variance += rows * chance * (1 - chance);
  }
  return ties;
}

/** Where no row is of the positive class or predicted to be, what is said of such rows has no meaning. */
const LABEL_METRICS = {
  accuracy,
  'balanced-accuracy': balancedAccuracy,
  precision: (confusion) =>
    confusion.counts[1] + confusion.counts[3] > 0 ? precision(confusion) : Number.NaN,
  recall: (confusion) => (confusion.counts[2] + confusion.counts[3] > 0 ? recall(confusion) : Number.NaN),
  f1: (confusion) => (confusion.counts.slice(1).some((count) => count > 0) ? f1(confusion) : Number.NaN),
  mcc: matthewsCorrelation,
  kappa: cohenKappa,
} as const satisfies Partial<Record<MetricName, (confusion: Confusion) => number>>;

/** Of the confusion matrix to be expected. */
function expectLabelMetrics(groups: readonly ExpectedGroup[]): Expected[] {
  const counts = new Float64Array(4);
  const variances = [0, 0];
  for (const { label, rows, chance } of groups) {
    counts[label] += rows * (1 - chance);
    counts[2 + label] += rows * chance;
    variances[label] += rows * chance * (1 - chance);
  }
  return Object.entries(LABEL_METRICS).map(([name, of]) => {
    const metric = name as keyof typeof LABEL_METRICS;
    const slopes = [0, 1].map((label) => slopeOf(of, counts, label));
    return {
      metric,
      value: of({ classes: 2, counts }),
      variance: slopes[0] ** 2 * variances[0] + slopes[1] ** 2 * variances[1],
      lowest: metric === 'mcc' || metric === 'kappa' ? -1 : 0,
      highest: 1,
    };
  });
}

/** By how much a metric changes where a row predicted to be `label` turns from negative to positive. */
function slopeOf(of: (confusion: Confusion) => number, counts: Float64Array, label: number): number {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const step = 1e-4 * rows;
  const moved = (by: number): number => {
    const changed = counts.slice();
    changed[label] -= by;
    changed[2 + label] += by;
    return of({ classes: 2, counts: changed });
  };
  return (moved(step) - moved(-step)) / (2 * step);
}

/** Of whether the predicted class is the true one. */
function expectMulticlass(groups: readonly ExpectedGroup[], classes: number): Expected[] {
  const byClass = Array.from({ length: classes }, (_, label) =>
    expectLoss(
      groups.filter((group) => group.label === label),
      (right) => right,
    ),
  ).filter(({ value }) => Number.isFinite(value));
  const perClass = (sum: (each: { value: number; variance: number }) => number): number =>
    byClass.reduce((total, each) => total + sum(each), 0);
  const present = byClass.length;
  return [
    { metric: 'accuracy', ...expectLoss(groups, (right) => right), lowest: 0, highest: 1 },
    {
      metric: 'precision-macro',
      value: perClass(({ value }) => value) / present,
      variance: perClass(({ variance }) => variance) / present ** 2,
      lowest: 0,
      highest: 1,
    },
  ];
}
