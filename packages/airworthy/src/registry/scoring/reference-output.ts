import type { Model } from '../../models/model.ts';
import { DEFAULT_THRESHOLD } from '../../models/to-prediction.ts';
import { mean, sum } from '../../stats/sums.ts';
import { type BinCounts, countBins, FINE_BINS } from './reference-column.ts';

export type ReferenceOutput = ReferenceClasses | ReferenceValues;

/**
 * Scores by predicted label: for each class how many rows got it, by their score in 64 bins of equal width over
 * [0, 1]. The score is the probability of the positive class (binary) or of the predicted one (multiclass).
 * The sums give expected class counts and their spread without labels.
 */
export interface ReferenceClasses {
  of: 'positive-class' | 'predicted-class';
  labels: { label: string; counts: number[] }[];
  /** Over all rows, a class: sum of p, and of p (1 - p). */
  classes: { label: string; sum: number; spread: number }[];
}

export interface ReferenceValues {
  of: 'value';
  n: number;
  mean: number;
  m2: number;
  deciles: BinCounts;
  fine: BinCounts;
}

/** `scores`: rows x outputs. */
export function describeOutput(model: Model, scores: Float64Array): ReferenceOutput {
  const { task } = model;
  if (task.kind === 'regression') return describeValues(scores);
  if (task.kind === 'binary') {
    const threshold = model.threshold ?? DEFAULT_THRESHOLD;
    return {
      of: 'positive-class',
      labels: countByLabel(task.classes, scores, (row) => Number(scores[row] >= threshold)),
      classes: [sumsOf(task.classes[1], scores)],
    };
  }
  const width = task.classes.length;
  const rows = scores.length / width;
  const predicted = Int32Array.from({ length: rows }, (_, row) =>
    indexOfLargest(scores.subarray(row * width, (row + 1) * width)),
  );
  const best = Float64Array.from(predicted, (label, row) => scores[row * width + label]);
  return {
    of: 'predicted-class',
    labels: countByLabel(task.classes, best, (row) => predicted[row]),
    classes: task.classes.map((label, index) =>
      sumsOf(
        label,
        Float64Array.from({ length: rows }, (_, row) => scores[row * width + index]),
      ),
    ),
  };
}

function describeValues(scores: Float64Array): ReferenceValues {
  const finite = scores.filter(Number.isFinite);
  const centre = finite.length === 0 ? 0 : mean(finite);
  return {
    of: 'value',
    n: finite.length,
    mean: centre,
    m2: sum(finite.map((value) => (value - centre) ** 2)),
    deciles: countBins(finite, 10),
    fine: countBins(finite, FINE_BINS),
  };
}

function countByLabel(
  classes: readonly string[],
  scores: Float64Array,
  labelOf: (row: number) => number,
): ReferenceClasses['labels'] {
  const counts = classes.map(() => new Array<number>(FINE_BINS).fill(0));
  for (let row = 0; row < scores.length; row++) {
    counts[labelOf(row)][Math.min(Math.floor(scores[row] * FINE_BINS), FINE_BINS - 1)]++;
  }
  return classes.map((label, index) => ({ label, counts: counts[index] }));
}

function sumsOf(label: string, probabilities: Float64Array): ReferenceClasses['classes'][number] {
  return { label, sum: sum(probabilities), spread: sum(probabilities.map((p) => p * (1 - p))) };
}

function indexOfLargest(values: Float64Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if (values[index] > values[best]) best = index;
  return best;
}
