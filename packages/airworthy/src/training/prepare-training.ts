import { AirworthyError } from '../kernel/errors.ts';
import { nearestName } from '../kernel/nearest-name.ts';
import type { Column, Field, Table, Task } from '../models/table.ts';
import { createRandom, type Random } from '../stats/random.ts';
import {
  countSearched,
  dealGroups,
  dealRandomly,
  type FoldPlan,
  type Folds,
  holdOutLatest,
  keepSample,
} from './assign-folds.ts';
import { encodeTarget } from './encode-target.ts';
import type { TrainingConfig } from './schema.ts';

/** Fewer rows than this cannot be split into training and validation with any meaning. */
const FEWEST_ROWS = 10;
/** The search compares candidates on at most about so many rows; the winner is fitted on all. */
export const MOST_SEARCHED = 250_000;

export interface PrepareInput {
  table: Table;
  fields: readonly Field[];
  task: Task;
  classWeights: TrainingConfig['classWeights'];
  validation: ValidationPlan;
  seed: number;
}

/** How rows are dealt: in the manner in which the test rows were split off, so that validation asks the same question. */
export type ValidationPlan =
  | { by: 'random'; plan: FoldPlan }
  | { by: 'group'; column: string; plan: FoldPlan }
  | { by: 'time'; column: string; holdout: number };

/** What every trial needs besides the table; the arrays are in shared memory. */
export interface Prepared {
  target: Float64Array;
  /** Null: all rows count the same. */
  weights: Float64Array | null;
  folds: Folds;
  /** How many of the rows take part in the search: all, or a sample of many. */
  searched: number;
}

/**
 * Encodes the target, weighs the classes and deals the folds.
 *
 * @throws TRAINING_TOO_FEW_ROWS, TARGET_INVALID (a value that is no class), TARGET_ONE_CLASS, TRAINING_NO_FEATURES (none
 * varies), CONFIG_INVALID (a weight for a class that does not occur), VALIDATION_IMPOSSIBLE (one group, one moment).
 */
export function prepareTraining({
  table,
  fields,
  task,
  classWeights,
  validation,
  seed,
}: PrepareInput): Prepared {
  if (table.rows < FEWEST_ROWS) {
    throw new AirworthyError('TRAINING_TOO_FEW_ROWS', {
      message: `${table.rows} training rows with a target; at least ${FEWEST_ROWS} are needed`,
      facts: { rows: table.rows },
    });
  }
  const target = encodeTarget(table, task);
  refuseUnusable(target, task);
  if (task.kind !== 'regression') refuseOneClass(target, task);
  refuseConstantFeatures(table, fields);
  const random = createRandom(seed);
  const folds = dealFolds(table, target, task, validation, random.fork('folds'));
  if (table.rows > MOST_SEARCHED) {
    const classes = task.kind === 'regression' ? null : target;
    keepSample(folds, classes, MOST_SEARCHED, random.fork('sample'));
  }
  refuseEmptyFold(folds, validation);
  const weights = rowWeights(target, task, classWeights);
  return { target, weights, folds, searched: countSearched(folds) };
}

function refuseUnusable(target: Float64Array, task: Task): void {
  const unusable = target.reduce((count, value) => count + Number(!Number.isFinite(value)), 0);
  if (unusable === 0) return;
  const expected = task.kind === 'regression' ? 'a finite number' : `one of ${task.classes.join(', ')}`;
  throw new AirworthyError('TARGET_INVALID', {
    message: `"${task.target}" is not ${expected} in ${unusable} of ${target.length} training rows`,
    at: task.target,
    facts: { unusable, rows: target.length },
  });
}

function refuseOneClass(target: Float64Array, task: Exclude<Task, { kind: 'regression' }>): void {
  if (target.some((label) => label !== target[0])) return;
  throw new AirworthyError('TARGET_ONE_CLASS', {
    message: `"${task.target}" is "${task.classes[target[0]]}" in all ${target.length} training rows`,
    at: task.target,
  });
}

function refuseConstantFeatures(table: Table, fields: readonly Field[]): void {
  if (fields.some((field) => varies(table.columns[field.name]))) return;
  throw new AirworthyError('TRAINING_NO_FEATURES', {
    message: `no feature varies in the training rows (${fields.map((field) => field.name).join(', ')})`,
  });
}

function varies(column: Column): boolean {
  const values = column.kind === 'category' ? column.codes : column.values;
  return values.some((value: number) => !Object.is(value, values[0]));
}

function dealFolds(
  table: Table,
  target: Float64Array,
  task: Task,
  validation: ValidationPlan,
  random: Random,
): Folds {
  switch (validation.by) {
    case 'time':
      return holdOutLatest(timesOf(table.columns[validation.column]), validation.holdout);
    case 'group':
      return dealGroups(table.columns[validation.column], table.rows, validation.plan, random);
    case 'random':
      return dealRandomly(task.kind === 'regression' ? null : target, table.rows, validation.plan, random);
  }
}

function timesOf(column: Column): Float64Array {
  return column.kind === 'category' ? Float64Array.from(column.codes) : column.values;
}

function refuseEmptyFold(folds: Folds, validation: ValidationPlan): void {
  const sizes = Array.from({ length: folds.count }, () => 0);
  for (const fold of folds.of) if (fold >= 0) sizes[fold]++;
  if (sizes.every((size) => size > 0 && size < folds.of.length)) return;
  const column = validation.by === 'random' ? undefined : validation.column;
  const reason =
    column === undefined ? 'every class has a single row' : `"${column}" has too few different values`;
  throw new AirworthyError('VALIDATION_IMPOSSIBLE', {
    message: `the training rows cannot be divided into ${folds.count === 1 ? 'two parts' : `${folds.count} folds`}: ${reason}`,
    ...(column === undefined ? {} : { at: column }),
  });
}

function rowWeights(
  target: Float64Array,
  task: Task,
  classWeights: TrainingConfig['classWeights'],
): Float64Array | null {
  if (classWeights === undefined || task.kind === 'regression') return null;
  const byClass =
    classWeights === 'balanced'
      ? balancedWeights(target, task.classes.length)
      : namedWeights(classWeights, task.classes);
  const weights = new Float64Array(new SharedArrayBuffer(target.length * Float64Array.BYTES_PER_ELEMENT));
  for (let row = 0; row < weights.length; row++) weights[row] = byClass[target[row]];
  return weights;
}

/** Every class gets the same total; the mean weight of a row stays 1. */
function balancedWeights(target: Float64Array, classes: number): number[] {
  const counts = Array.from({ length: classes }, () => 0);
  for (const label of target) counts[label]++;
  const present = counts.filter((count) => count > 0).length;
  return counts.map((count) => (count === 0 ? 1 : target.length / (present * count)));
}

function namedWeights(weights: Record<string, number>, classes: readonly string[]): number[] {
  const unknown = Object.keys(weights).find((label) => !classes.includes(label));
  if (unknown !== undefined) {
    const nearest = nearestName(unknown, classes);
    throw new AirworthyError('CONFIG_INVALID', {
      message: `training.classWeights: "${unknown}" is no class of the target (${classes.join(', ')})`,
      at: `training.classWeights.${unknown}`,
      ...(nearest === undefined ? {} : { remedy: `Did you mean "${nearest}"?` }),
    });
  }
  return classes.map((label) => weights[label] ?? 1);
}
