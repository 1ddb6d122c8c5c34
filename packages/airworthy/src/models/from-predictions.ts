import { outputWidth, type Task } from './table.ts';
import type { Prediction } from './to-prediction.ts';

/** The scores that predictions were made of, row-major, as wide as the task is. NaN where a prediction is of another task. */
export function fromPredictions(task: Task, predictions: readonly Prediction[]): Float64Array {
  const width = outputWidth(task);
  const scores = new Float64Array(predictions.length * width).fill(Number.NaN);
  for (const [row, prediction] of predictions.entries()) {
    if ('value' in prediction) scores[row] = prediction.value;
    else if ('probability' in prediction) scores[row] = prediction.probability;
    else if (task.kind === 'multiclass')
      for (const [index, name] of task.classes.entries())
        scores[row * width + index] = prediction.probabilities[name] ?? 0;
  }
  return scores;
}
