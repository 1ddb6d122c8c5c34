import { outputWidth, type Task } from '../models/table.ts';

/** What the trivial model predicts for every row: the share of each class (binary: of the positive one), or the mean. */
export function trivialOutput(task: Task, y: ArrayLike<number>): number[] {
  const output = new Array<number>(outputWidth(task)).fill(0);
  for (let row = 0; row < y.length; row++) {
    if (task.kind === 'multiclass') output[y[row]] += 1;
    else output[0] += y[row];
  }
  return output.map((total) => total / y.length);
}

/** The same output for every row, row-major. */
export function constantScores(output: readonly number[], rows: number): Float64Array {
  const scores = new Float64Array(rows * output.length);
  for (let row = 0; row < rows; row++) scores.set(output, row * output.length);
  return scores;
}
