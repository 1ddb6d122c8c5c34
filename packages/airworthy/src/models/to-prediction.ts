import type { Model } from './model.ts';
import { outputWidth } from './table.ts';

/** A class as the user wrote it: classes named true and false come out as JSON booleans. */
export type Label = string | boolean;

export type Prediction =
  | { label: Label; probability: number }
  | { label: Label; probabilities: Record<string, number> }
  | { value: number };

/** Whatever a signature's `output` says. Of language models also what it cost in US dollars, and why nothing was said. */
export interface FreeOutput {
  output: unknown;
  cost?: number;
  refusal?: string;
}

/** What a release gives for one record: a prediction, or a free output where it has no task. */
export type Output = Prediction | FreeOutput;

/** Where a binary model carries no threshold of its own, the label is the positive class from this probability on. */
export const DEFAULT_THRESHOLD = 0.5;

/**
 * Scores (rows x outputWidth, as `CompiledModel` gives them) as predictions. Binary: the label and the probability
 * of the positive class. Multiclass: the most probable class (the first of equals) and all probabilities.
 *
 * @example
 * toPredictions(model, compiled.scoreRecord(record))[0]; // { label: true, probability: 0.61 }
 */
export function toPredictions(model: Pick<Model, 'task' | 'threshold'>, scores: Float64Array): Prediction[] {
  const { task } = model;
  const width = outputWidth(task);
  const rows = Array.from({ length: scores.length / width }, (_, row) => row * width);
  if (task.kind === 'regression') return rows.map((at) => ({ value: scores[at] }));
  const labels = toLabels(task.classes);
  if (task.kind === 'binary') {
    return rows.map((at) => ({ label: labels[labelIndex(model, scores, at)], probability: scores[at] }));
  }
  return rows.map((at) => ({
    label: labels[labelIndex(model, scores, at)],
    probabilities: Object.fromEntries(task.classes.map((name, index) => [name, scores[at + index]])),
  }));
}

/** Which class the scores that begin at `at` mean, as an index of the task's; 0 for a regression. */
export function labelIndex(
  { task, threshold = DEFAULT_THRESHOLD }: Pick<Model, 'task' | 'threshold'>,
  scores: Float64Array,
  at: number,
): number {
  if (task.kind === 'regression') return 0;
  if (task.kind === 'binary') return scores[at] >= threshold ? 1 : 0;
  return indexOfLargest(scores, at, task.classes.length);
}

/** The classes as labels, in their order. */
export function toLabels(classes: readonly string[]): Label[] {
  const areBooleans = classes.every((name) => name === 'true' || name === 'false');
  return classes.map((name) => (areBooleans ? name === 'true' : name));
}

function indexOfLargest(values: Float64Array, start: number, length: number): number {
  let best = 0;
  for (let index = 1; index < length; index++) {
    if (values[start + index] > values[start + best]) best = index;
  }
  return best;
}
