import { calibrationErrorInterval, expectedCalibrationError, type ReliabilityBin } from '../calibration.ts';
import { LARGEST_LOG_LOSS } from '../classification-metrics.ts';
import { type Figure, type MeasuredMetric, toMeasured, UNDEFINED } from '../measured-metric.ts';
import type { MetricName } from '../metric-names.ts';
import {
  CALIBRATION_BINS,
  type CalibrationCell,
  type ClassSums,
  type LossSums,
  MILLION,
} from './class-sums.ts';
import { meanFigure, unseenFigure } from './mean-figure.ts';
import { measureErrors } from './measure-errors.ts';
import { measureLabels } from './measure-labels.ts';
import { measureRanking } from './measure-ranking.ts';
import type { ClassTask, OutcomeTask } from './outcome-task.ts';
import type { OutcomeSketch } from './outcomes-sketch.ts';

/**
 * Every metric that labelled predictions give, the task's primary one first, each with its interval. Value and
 * interval are null where the rows give the metric no meaning (one class only), the interval alone where they are too
 * few or too uniform. Median absolute error and, of more than two classes, ROC-AUC are not among them: they need rows.
 *
 * Scores were counted in 3,202 bins, which moves ROC-AUC and average precision by less than 0.001; losses were
 * rounded to millionths; all else is exact.
 *
 * @example
 * measureOutcomes(sketch, model.task).find(({ metric }) => metric === 'roc-auc'); // { value: 0.69, low: 0.68, … }
 */
export function measureOutcomes(
  sketch: OutcomeSketch,
  task: OutcomeTask,
  confidence = 0.95,
): MeasuredMetric[] {
  const figures = figuresOf(sketch, task, confidence);
  return figures.map(([metric, figure]) => toMeasured(metric, sketch.rows, figure));
}

function figuresOf(sketch: OutcomeSketch, task: OutcomeTask, confidence: number): [MetricName, Figure][] {
  if (sketch.kind === 'regression') return measureErrors(sketch.errors, sketch.rows, confidence);
  if (sketch.kind === task.kind) return measureClasses(sketch.classes, sketch.rows, task, confidence);
  throw new TypeError(`a ${sketch.kind} sketch holds no ${task.kind} outcomes`);
}

function measureClasses(
  sums: ClassSums,
  rows: number,
  task: ClassTask,
  confidence: number,
): [MetricName, Figure][] {
  if (rows === 0) return [];
  const ofBinary = task.kind === 'binary';
  return [
    ['log-loss', lossFigure(sums.logLoss, rows, LARGEST_LOG_LOSS, confidence)],
    ...(ofBinary ? measureRanking(sums.scores, confidence) : []),
    ['brier', lossFigure(sums.brier, rows, ofBinary ? 1 : 2, confidence)],
    ...measureLabels(sums.confusion, task, confidence),
    ['ece', calibrationFigure(reliabilityOf(sums.calibration), confidence)],
  ];
}

/** A variance below it may be that of rounding to millionths, so that rows are taken to be alike. */
const ROUNDING = 2 / MILLION;

function lossFigure([sum, squares]: LossSums, rows: number, largest: number, confidence: number): Figure {
  const value = sum / MILLION / rows;
  const variance = (squares / MILLION - rows * value ** 2) / (rows - 1);
  const range = { low: 0, high: largest };
  return variance > ROUNDING || rows < 2
    ? meanFigure(value, variance, rows, range, confidence)
    : unseenFigure(value, rows, range, confidence);
}

function calibrationFigure(bins: readonly ReliabilityBin[], confidence: number): Figure {
  if (bins.length === 0) return UNDEFINED;
  return {
    value: expectedCalibrationError(bins),
    ...calibrationErrorInterval(bins, confidence),
    method: 'normal by bin, chance gaps taken off the low end',
  };
}

/** What was predicted beside what happened, by tenth of the probability; none for a regression. */
export function calibrationOf(sketch: OutcomeSketch): ReliabilityBin[] {
  return sketch.kind === 'regression' ? [] : reliabilityOf(sketch.classes.calibration);
}

function reliabilityOf(cells: Readonly<Record<number, CalibrationCell>>): ReliabilityBin[] {
  return Object.entries(cells).map(([key, [n, hits, probability, squaredGap]]) => {
    const [predicted, observed] = [probability / MILLION / n, hits / n];
    const variance = (squaredGap / MILLION - n * (observed - predicted) ** 2) / (n - 1);
    return {
      from: Number(key) / CALIBRATION_BINS,
      to: (Number(key) + 1) / CALIBRATION_BINS,
      n,
      predicted,
      observed,
      gapVariance: n < 2 ? Number.NaN : variance > ROUNDING ? variance : 0,
    };
  });
}
