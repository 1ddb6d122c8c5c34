import { addCount, mergeCounts } from '../sketches/sparse-counts.ts';
import { addClasses, type ClassSums, mergeClassSums, noClassSums } from './class-sums.ts';
import { addErrors, type ErrorTotals, mergeErrorTotals, noErrorTotals } from './error-totals.ts';
import { type DelayCounts, delayBinOf } from './label-delay.ts';
import type { LabelValue, OutcomeTask, ServedOutput } from './outcome-task.ts';

/** A prediction whose label is known. */
export interface LabelledOutput {
  prediction: ServedOutput;
  label: LabelValue;
  /** From the prediction to when its label was known, in milliseconds; taken out again with the one it was put in with. */
  delayMs: number;
}

/**
 * What metrics of labelled predictions need, and no more: its size does not grow with traffic. Plain JSON in which
 * every sum is a whole number, so that the same rows give the same state in any order, after corrections and merges.
 */
export type OutcomeSketch = { rows: number; delays: DelayCounts } & (
  | { kind: 'binary' | 'multiclass'; classes: ClassSums }
  | { kind: 'regression'; errors: ErrorTotals }
);

/** A sketch of no rows. */
export function createOutcomeSketch(task: OutcomeTask): OutcomeSketch {
  const common = { rows: 0, delays: {} };
  return task.kind === 'regression'
    ? { ...common, kind: task.kind, errors: noErrorTotals() }
    : { ...common, kind: task.kind, classes: noClassSums() };
}

/**
 * Takes a labelled prediction in, or (sign -1) out again. Throws TypeError where the prediction or the label is not
 * of the task.
 *
 * @example
 * const sketch = createOutcomeSketch(task);
 * addOutcome(sketch, task, { prediction: { label: true, probability: 0.8 }, label: 'false', delayMs: 3_600_000 }, 1);
 */
export function addOutcome(
  sketch: OutcomeSketch,
  task: OutcomeTask,
  { prediction, label, delayMs }: LabelledOutput,
  sign: 1 | -1,
): void {
  if (sketch.kind !== task.kind) throw new TypeError(`a ${sketch.kind} sketch takes no ${task.kind} outcome`);
  if (sketch.kind === 'regression') addErrors(sketch.errors, prediction, label, sign);
  else if (task.kind !== 'regression') addClasses(sketch.classes, task, prediction, label, sign);
  sketch.rows += sign;
  addCount(sketch.delays, delayBinOf(delayMs), sign);
}

/** Both together. Throws TypeError where they are of different kinds of task. */
export function mergeOutcomeSketches(a: OutcomeSketch, b: OutcomeSketch): OutcomeSketch {
  const common = { rows: a.rows + b.rows, delays: mergeCounts(a.delays, b.delays) };
  if (a.kind === 'regression' && b.kind === 'regression') {
    return { ...common, kind: a.kind, errors: mergeErrorTotals(a.errors, b.errors) };
  }
  if (a.kind === 'regression' || b.kind === 'regression' || a.kind !== b.kind) {
    throw new TypeError(`outcomes of ${a.kind} and ${b.kind} tasks cannot be merged`);
  }
  return { ...common, kind: a.kind, classes: mergeClassSums(a.classes, b.classes) };
}
