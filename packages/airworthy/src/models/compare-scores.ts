import { outputWidth, type Task } from './table.ts';

/** Most that probabilities, or values relative to their size, may differ between two ways of computing one model. */
export const PARITY_TOLERANCE = 1e-5;

/** Where two sets of scores of the same rows are furthest apart. */
export interface ScoreDifference {
  row: number;
  difference: number;
  ours: number;
  theirs: number;
}

export const NO_DIFFERENCE: ScoreDifference = { row: -1, difference: 0, ours: 0, theirs: 0 };

/**
 * The row (counted from `firstRow`) at which scores differ most. `scale`: the typical size of a value, see
 * `typicalSize`, so that values near 0 are not compared with themselves.
 */
export function worstDifference(
  ours: Float64Array,
  theirs: Float64Array,
  task: Task,
  scale = typicalSize(ours, task),
  firstRow = 0,
): ScoreDifference {
  const width = outputWidth(task);
  let worst = NO_DIFFERENCE;
  for (let index = 0; index < ours.length; index++) {
    const difference = differenceOf(ours[index], theirs[index], task, scale);
    if (difference <= worst.difference) continue;
    const row = firstRow + Math.floor(index / width);
    worst = { row, difference, ours: ours[index], theirs: theirs[index] };
  }
  return worst;
}

/** The mean size of values; 1 for probabilities. */
export function typicalSize(values: Float64Array, task: Task): number {
  if (task.kind !== 'regression') return 1;
  return values.reduce((sum, value) => sum + Math.abs(value) / values.length, 0);
}

/** Absolute for probabilities. For values relative to the larger of the two, or to a typical value where both are near 0. */
function differenceOf(a: number, b: number, task: Task, scale: number): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  const distance = Math.abs(a - b);
  const size = task.kind === 'regression' ? Math.max(Math.abs(a), Math.abs(b), scale) : 1;
  return Number.isFinite(distance) ? distance / size : Infinity;
}
