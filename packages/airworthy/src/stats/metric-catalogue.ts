/** How every metric is measured, for each kind of task. */
import { calibrationErrorInterval, calibrationErrorStatistic, reliabilityByWidth } from './calibration.ts';
import {
  averagePrecisionStatistic,
  brierScores,
  LARGEST_LOG_LOSS,
  logLosses,
  multiclassBrierScores,
  multiclassLogLosses,
  rocAucStatistic,
} from './classification-metrics.ts';
import {
  accuracy,
  averageF1,
  averagePrecisionOfClasses,
  averageRecall,
  balancedAccuracy,
  type Confusion,
  classCounts,
  cohenKappa,
  f1,
  matthewsCorrelation,
  precision,
  recall,
} from './confusion-metrics.ts';
import { quantileInterval } from './intervals.ts';
import { type LabelMeasure, type Measure, measuredValue, type StatisticMeasure } from './measure.ts';
import type { MetricName } from './metric-names.ts';
import {
  type BinaryOutcomes,
  confidenceAndOutcome,
  type MulticlassOutcomes,
  type Outcomes,
  oneAgainstRest,
  type RegressionOutcomes,
} from './outcomes.ts';
import {
  absoluteErrors,
  medianAbsoluteErrorStatistic,
  relativeErrors,
  rSquaredStatistic,
  squaredErrors,
  symmetricRelativeErrors,
} from './regression-metrics.ts';
import { average } from './weighted-statistic.ts';

const BINARY = {
  'log-loss': ({ y, scores }) => rowMean(logLosses(y, scores), LARGEST_LOG_LOSS),
  'roc-auc': ({ y, scores }) => ({ form: 'auc', y, scores, ...when(oneClass(y), 'only one class occurs') }),
  'average-precision': ({ y, scores }) => ({
    form: 'statistic',
    statistic: averagePrecisionStatistic(y, scores),
    lowest: 0,
    highest: 1,
    ...when(!y.includes(1), 'no row is of the positive class'),
  }),
  brier: ({ y, scores }) => rowMean(brierScores(y, scores), 1),
  accuracy: (outcomes) => labels(outcomes, accuracy, rightRows),
  'balanced-accuracy': (outcomes) => labels(outcomes, balancedAccuracy, recallShares),
  precision: (outcomes) => ({
    ...labels(outcomes, precision, precisionShares),
    ...when(!outcomes.predicted.includes(1), 'no row is predicted to be of the positive class'),
  }),
  recall: (outcomes) => ({
    ...labels(outcomes, recall, positiveShares),
    ...when(!outcomes.y.includes(1), 'no row is of the positive class'),
  }),
  f1: (outcomes) => ({
    ...labels(outcomes, f1),
    ...when(
      !outcomes.y.includes(1) && !outcomes.predicted.includes(1),
      'no row is, or is predicted to be, of the positive class',
    ),
  }),
  mcc: (outcomes) => ({
    ...labels(outcomes, matthewsCorrelation),
    ...when(oneClass(outcomes.y), 'only one class occurs'),
  }),
  kappa: (outcomes) => ({ ...labels(outcomes, cohenKappa), ...needsAnyTwoLabels(outcomes) }),
  ece: calibrationError,
} as const satisfies Partial<Record<MetricName, (outcomes: BinaryOutcomes) => Measure>>;

const MULTICLASS = {
  'log-loss': ({ y, scores, classes }) => rowMean(multiclassLogLosses(y, scores, classes), LARGEST_LOG_LOSS),
  accuracy: (outcomes) => labels(outcomes, accuracy, rightRows),
  'balanced-accuracy': (outcomes) => labels(outcomes, balancedAccuracy, recallShares),
  'f1-macro': (outcomes) => labels(outcomes, (confusion) => averageF1(confusion, 'macro')),
  'f1-weighted': (outcomes) => labels(outcomes, (confusion) => averageF1(confusion, 'weighted')),
  'precision-macro': (outcomes) =>
    labels(outcomes, (confusion) => averagePrecisionOfClasses(confusion, 'macro')),
  'precision-weighted': (outcomes) =>
    labels(outcomes, (confusion) => averagePrecisionOfClasses(confusion, 'weighted')),
  'recall-macro': (outcomes) => labels(outcomes, (confusion) => averageRecall(confusion, 'macro')),
  'roc-auc': oneAgainstRestAuc,
  brier: ({ y, scores, classes }) => rowMean(multiclassBrierScores(y, scores, classes), 2),
  mcc: (outcomes) => ({
    ...labels(outcomes, matthewsCorrelation),
    ...when(oneClass(outcomes.y), 'only one class occurs'),
  }),
  kappa: (outcomes) => ({ ...labels(outcomes, cohenKappa), ...needsAnyTwoLabels(outcomes) }),
  ece: calibrationError,
} as const satisfies Partial<Record<MetricName, (outcomes: MulticlassOutcomes) => Measure>>;

const REGRESSION = {
  rmse: (outcomes) => ({
    ...rowMean(squaredErrors(outcomes.y, outcomes.scores), span(outcomes) ** 2),
    root: true,
  }),
  mae: (outcomes) => rowMean(absoluteErrors(outcomes.y, outcomes.scores), span(outcomes)),
  'median-absolute-error': medianError,
  r2: ({ y, scores }) => ({
    form: 'statistic',
    statistic: rSquaredStatistic(y, scores),
    lowest: Number.NEGATIVE_INFINITY,
    highest: 1,
    ...when(
      y.every((value) => value === y[0]),
      'the target has one value only',
    ),
  }),
  mse: (outcomes) => rowMean(squaredErrors(outcomes.y, outcomes.scores), span(outcomes) ** 2),
  mape: ({ y, scores }) => ({
    ...rowMean(relativeErrors(y, scores), Number.POSITIVE_INFINITY),
    ...when(y.includes(0), 'the target is 0 in some row, which no error can be relative to'),
  }),
  smape: ({ y, scores }) => rowMean(symmetricRelativeErrors(y, scores), 2),
} as const satisfies Partial<Record<MetricName, (outcomes: RegressionOutcomes) => Measure>>;

export type TaskKind = Outcomes['kind'];

const BY_TASK: Record<TaskKind, Record<string, unknown>> = {
  binary: BINARY,
  multiclass: MULTICLASS,
  regression: REGRESSION,
};

/** The metrics of a kind of task, the primary one (what is judged where nothing else is asked for) first. */
export function metricsFor(kind: TaskKind): MetricName[] {
  return Object.keys(BY_TASK[kind]) as MetricName[];
}

/** The metric on these outcomes, in the form from which its value, interval and paired test follow. */
export function measure(metric: MetricName, outcomes: Outcomes): Measure {
  if (outcomes.kind === 'binary' && metric in BINARY) return BINARY[metric as keyof typeof BINARY](outcomes);
  if (outcomes.kind === 'multiclass' && metric in MULTICLASS) {
    return MULTICLASS[metric as keyof typeof MULTICLASS](outcomes);
  }
  if (outcomes.kind === 'regression' && metric in REGRESSION) {
    return REGRESSION[metric as keyof typeof REGRESSION](outcomes);
  }
  throw new TypeError(`${metric} is no metric of a ${outcomes.kind} task`);
}

/**
 * The metric's value; NaN where the data gives it no meaning (one class only, for instance).
 *
 * @example
 * metricValue('roc-auc', binaryOutcomes(Uint8Array.of(0, 1, 1), Float64Array.of(0.2, 0.9, 0.4))); // 1
 */
export function metricValue(metric: MetricName, outcomes: Outcomes): number {
  return measuredValue(measure(metric, outcomes));
}

function rowMean(losses: Float64Array, largest: number) {
  return { form: 'row-mean' as const, losses, largest, root: false };
}

function labels(
  { y, predicted, classes }: BinaryOutcomes | MulticlassOutcomes,
  of: (confusion: Confusion) => number,
  shares?: LabelMeasure['shares'],
): LabelMeasure {
  return { form: 'labels', y, predicted, classes, of, ...(shares ? { shares } : {}) };
}

function rightRows({ classes, counts }: Confusion) {
  let hits = 0;
  for (let label = 0; label < classes; label++) hits += counts[label * classes + label];
  return [{ weight: 1, hits, n: counts.reduce((total, count) => total + count, 0) }];
}

function recallShares(confusion: Confusion) {
  const present = Array.from({ length: confusion.classes }, (_, label) =>
    classCounts(confusion, label),
  ).filter(({ actual }) => actual > 0);
  return present.map(({ hits, actual }) => ({ weight: 1 / present.length, hits, n: actual }));
}

function positiveShares(confusion: Confusion) {
  const { hits, actual } = classCounts(confusion, 1);
  return [{ weight: 1, hits, n: actual }];
}

function precisionShares(confusion: Confusion) {
  const { hits, predicted } = classCounts(confusion, 1);
  return [{ weight: 1, hits, n: predicted }];
}

function oneAgainstRestAuc(outcomes: MulticlassOutcomes): Measure {
  const seen = new Set(outcomes.y);
  const classes = Array.from({ length: outcomes.classes }, (_, label) => oneAgainstRest(outcomes, label));
  const absent = outcomes.classes - seen.size;
  return {
    form: 'statistic',
    statistic: average(classes.map(({ y, probability }) => rocAucStatistic(y, probability))),
    lowest: 0,
    highest: 1,
    ...when(absent > 0, `${absent} of ${outcomes.classes} classes do not occur`),
  };
}

function calibrationError(outcomes: BinaryOutcomes | MulticlassOutcomes): StatisticMeasure {
  const { outcome, confidence: probability } = confidenceAndOutcome(outcomes);
  return {
    form: 'statistic',
    statistic: calibrationErrorStatistic(outcome, probability),
    lowest: 0,
    highest: 1,
    closedForm: {
      method: 'normal by bin, chance gaps taken off the low end',
      interval: (confidence) =>
        calibrationErrorInterval(reliabilityByWidth(outcome, probability), confidence),
    },
  };
}

function medianError(outcomes: RegressionOutcomes): StatisticMeasure {
  const errors = absoluteErrors(outcomes.y, outcomes.scores);
  return {
    form: 'statistic',
    statistic: medianAbsoluteErrorStatistic(outcomes.y, outcomes.scores),
    lowest: 0,
    highest: span(outcomes),
    closedForm: {
      method: 'order statistics',
      interval: (confidence) => quantileInterval(errors.toSorted(), 0.5, confidence),
    },
  };
}

function needsAnyTwoLabels({ y, predicted }: BinaryOutcomes | MulticlassOutcomes) {
  return when(oneClass(y) && oneClass(predicted) && y[0] === predicted[0], 'only one class occurs');
}

function oneClass(values: Uint8Array | Int32Array): boolean {
  return values.every((value: number) => value === values[0]);
}

/** From the smallest to the largest of targets and predictions: as far as an error can reasonably be expected to go. */
function span({ y, scores }: RegressionOutcomes): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const values of [y, scores]) {
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return high - low;
}

function when(condition: boolean, reason: string): { undefinedBecause?: string } {
  return condition ? { undefinedBecause: reason } : {};
}
