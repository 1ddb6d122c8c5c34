import { binByWidth } from '../calibration.ts';
import { surprise } from '../classification-metrics.ts';
import { scoreBinOf } from '../sketches/score-layout.ts';
import { addCount, mergeCounts, type SparseCounts } from '../sketches/sparse-counts.ts';
import type { ClassTask, LabelValue, ServedOutput } from './outcome-task.ts';

/** A loss over rows: its sum and the sum of its squares, in millionths. */
export type LossSums = [sum: number, squares: number];

/** Rows, those it happened in, and the sums of the probability and of the squared gap to what happened, in millionths. */
export type CalibrationCell = [rows: number, hits: number, probability: number, squaredGap: number];

/** What metrics of classes need. */
export interface ClassSums {
  /** Rows by truth * classes + predicted. */
  confusion: SparseCounts;
  logLoss: LossSums;
  brier: LossSums;
  /** By tenth of the probability: binary of the positive class, multiclass of the predicted one. */
  calibration: Record<number, CalibrationCell>;
  /** Binary: rows by bin of the score, of the negative class and of the positive one. Empty for more classes. */
  scores: [negative: SparseCounts, positive: SparseCounts];
}

export const CALIBRATION_BINS = 10;
export const MILLION = 1e6;

export function noClassSums(): ClassSums {
  return { confusion: {}, logLoss: [0, 0], brier: [0, 0], calibration: {}, scores: [{}, {}] };
}

/** Adds (or takes away) one row, in place. */
export function addClasses(
  sums: ClassSums,
  task: ClassTask,
  prediction: ServedOutput,
  label: LabelValue,
  sign: 1 | -1,
): void {
  const truth = classOf(task, label);
  const { predicted, loss, brier, confidence, happened } = readRow(task, prediction, truth);
  addCount(sums.confusion, truth * task.classes.length + predicted, sign);
  addLoss(sums.logLoss, loss, sign);
  addLoss(sums.brier, brier, sign);
  addCalibration(sums.calibration, confidence, happened, sign);
  if (task.kind === 'binary') addCount(sums.scores[truth], scoreBinOf(confidence), sign);
}

interface Row {
  predicted: number;
  loss: number;
  brier: number;
  /** What calibration is judged on, and whether it came to pass. */
  confidence: number;
  happened: boolean;
}

function readRow(task: ClassTask, prediction: ServedOutput, truth: number): Row {
  if (task.kind === 'binary' && 'probability' in prediction) {
    const { probability: p } = prediction;
    const predicted = classOf(task, prediction.label);
    const given = truth === 1 ? p : 1 - p;
    return {
      predicted,
      loss: surprise(given),
      brier: (p - truth) ** 2,
      confidence: p,
      happened: truth === 1,
    };
  }
  if (task.kind === 'multiclass' && 'probabilities' in prediction) {
    const probabilities = task.classes.map((name) => prediction.probabilities[name] ?? 0);
    const predicted = classOf(task, prediction.label);
    const brier = probabilities.reduce((sum, p, index) => sum + (p - (index === truth ? 1 : 0)) ** 2, 0);
    return {
      predicted,
      loss: surprise(probabilities[truth]),
      brier,
      confidence: probabilities[predicted],
      happened: predicted === truth,
    };
  }
  throw new TypeError(`not a prediction of a ${task.kind} task`);
}

function classOf({ classes }: ClassTask, label: LabelValue | boolean): number {
  const index = classes.indexOf(String(label));
  if (index < 0) throw new TypeError(`"${label}" is none of the classes ${classes.slice(0, 10).join(', ')}`);
  return index;
}

const millionths = (value: number): number => Math.round(value * MILLION);

function addLoss(sums: LossSums, loss: number, sign: 1 | -1): void {
  sums[0] += sign * millionths(loss);
  sums[1] += sign * millionths(loss * loss);
}

function addCalibration(
  cells: Record<number, CalibrationCell>,
  probability: number,
  happened: boolean,
  sign: 1 | -1,
): void {
  const hit = happened ? 1 : 0;
  const row: CalibrationCell = [1, hit, millionths(probability), millionths((probability - hit) ** 2)];
  const bin = binByWidth(probability, CALIBRATION_BINS);
  const sums = addCells(cells[bin] ?? [0, 0, 0, 0], row, sign);
  if (sums[0] === 0) delete cells[bin];
  else cells[bin] = sums;
}

function addCells(a: CalibrationCell, b: CalibrationCell, sign: 1 | -1): CalibrationCell {
  return [a[0] + sign * b[0], a[1] + sign * b[1], a[2] + sign * b[2], a[3] + sign * b[3]];
}

export function mergeClassSums(a: ClassSums, b: ClassSums): ClassSums {
  const calibration = { ...a.calibration };
  for (const [key, cell] of Object.entries(b.calibration)) {
    const bin = Number(key);
    calibration[bin] = addCells(calibration[bin] ?? [0, 0, 0, 0], cell, 1);
  }
  return {
    confusion: mergeCounts(a.confusion, b.confusion),
    logLoss: [a.logLoss[0] + b.logLoss[0], a.logLoss[1] + b.logLoss[1]],
    brier: [a.brier[0] + b.brier[0], a.brier[1] + b.brier[1]],
    calibration,
    scores: [mergeCounts(a.scores[0], b.scores[0]), mergeCounts(a.scores[1], b.scores[1])],
  };
}
