import type { Column } from '../models/table.ts';
import type { Random } from '../stats/random.ts';

/** Never in validation. */
export const ALWAYS_TRAINING = -1;
/** In no fold's training or validation: only the final model sees it. */
export const NOT_SEARCHED = -2;
/** A rare class keeps so many rows in a sample, if it has them. */
const FEWEST_OF_CLASS = 1_000;

/**
 * Which rows validate which fold: the fold's number a row, or ALWAYS_TRAINING or NOT_SEARCHED. A fold trains on all
 * rows that are searched but its own.
 */
export interface Folds {
  count: number;
  of: Int8Array;
}

/** `folds` deals every row to one of that many; `holdout` gives that share of the rows to a single fold. */
export type FoldPlan = { folds: number } | { holdout: number };

/**
 * Deals rows at random, class by class, so that every fold has the classes in the same shares. A class with one row
 * stays in training; without classes (regression) all rows are one.
 */
export function dealRandomly(
  classes: Float64Array | null,
  rows: number,
  plan: FoldPlan,
  random: Random,
): Folds {
  const folds = emptyFolds(rows, plan);
  for (const members of rowsByClass(classes, rows)) {
    if (classes !== null && members.length < 2) continue;
    random.shuffle(members);
    const validated = 'holdout' in plan ? heldOut(members.length, plan.holdout) : members.length;
    for (let index = 0; index < validated; index++) folds.of[members[index]] = index % folds.count;
  }
  return folds;
}

/** Deals whole groups (a customer, an aircraft), so that none is on both sides: each to the fold that has fewest rows. */
export function dealGroups(groups: Column, rows: number, plan: FoldPlan, random: Random): Folds {
  const keys = groups.kind === 'category' ? groups.codes : groups.values;
  const members = Map.groupBy(
    Array.from({ length: rows }, (_, row) => row),
    (row) => keys[row],
  );
  const order = Int32Array.from({ length: members.size }, (_, index) => index);
  random.shuffle(order);
  const shuffled = [...members.values()];
  const folds = emptyFolds(rows, plan);
  const sizes = new Int32Array(folds.count);
  const enough = 'holdout' in plan ? rows * plan.holdout : Infinity;
  // The last group of a holdout stays in training, however large.
  for (const index of order.subarray(0, 'holdout' in plan ? order.length - 1 : order.length)) {
    if (sizes[0] >= enough) break;
    const smallest = sizes.indexOf(Math.min(...sizes));
    for (const row of shuffled[index]) folds.of[row] = smallest;
    sizes[smallest] += shuffled[index].length;
  }
  return folds;
}

/** Holds out the latest rows; rows of one moment stay together. Rows without a time train. */
export function holdOutLatest(times: Float64Array, share: number): Folds {
  const known = times.filter((time) => !Number.isNaN(time)).sort();
  const folds = emptyFolds(times.length, { holdout: share });
  const cut = known[known.length - heldOut(known.length, share)];
  for (let row = 0; row < times.length; row++) {
    if (times[row] >= cut && times[row] > known[0]) folds.of[row] = 0;
  }
  return folds;
}

/** Leaves out rows at random, class by class, so that about `most` take part in the search; in place. */
export function keepSample(folds: Folds, classes: Float64Array | null, most: number, random: Random): void {
  const share = most / folds.of.length;
  for (const members of rowsByClass(classes, folds.of.length)) {
    random.shuffle(members);
    const kept = Math.max(FEWEST_OF_CLASS, Math.round(members.length * share));
    for (const row of members.subarray(kept)) folds.of[row] = NOT_SEARCHED;
  }
}

/** The rows a fold trains on and those it is judged on, ascending. */
export function rowsOfFold(folds: Folds, fold: number): { training: Int32Array; validation: Int32Array } {
  return {
    training: rowsWhere(folds.of, (own) => own !== fold && own !== NOT_SEARCHED),
    validation: rowsWhere(folds.of, (own) => own === fold),
  };
}

/** The rows judged in some fold, ascending. */
export function validatedRows(folds: Folds): Int32Array {
  return rowsWhere(folds.of, (own) => own >= 0);
}

/** How many rows take part in the search. */
export function countSearched(folds: Folds): number {
  return folds.of.reduce((count, own) => count + Number(own !== NOT_SEARCHED), 0);
}

function rowsWhere(of: Int8Array, test: (fold: number) => boolean): Int32Array {
  const rows = new Int32Array(of.length);
  let count = 0;
  for (let row = 0; row < of.length; row++) if (test(of[row])) rows[count++] = row;
  return rows.slice(0, count);
}

function emptyFolds(rows: number, plan: FoldPlan): Folds {
  const of = new Int8Array(new SharedArrayBuffer(rows)).fill(ALWAYS_TRAINING);
  return { count: 'folds' in plan ? plan.folds : 1, of };
}

/** At least one row on either side. */
function heldOut(rows: number, share: number): number {
  return Math.max(1, Math.min(rows - 1, Math.round(rows * share)));
}

function rowsByClass(classes: Float64Array | null, rows: number): Int32Array[] {
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  if (classes === null) return [all];
  const present = [...new Set(classes)].sort((a, b) => a - b);
  return present.map((label) => all.filter((row) => classes[row] === label));
}
