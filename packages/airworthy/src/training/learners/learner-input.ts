import { AirworthyError } from '../../kernel/errors.ts';
import type { FeatureMatrix } from '../../models/feature-matrix.ts';
import type { LearnerOptions } from './learner-options.ts';

/** What a learner was given, checked. */
export interface LearnerInput {
  matrix: FeatureMatrix;
  /** 0 or 1, a class's index, or a value. */
  target: Float64Array;
  /** Row times class weight; null where every row weighs 1. */
  weights: Float64Array | null;
  /** Rows with a weight above 0, ascending. */
  rows: Uint32Array;
  /** 2 for logistic, 0 for squared. */
  classes: number;
}

/**
 * Checks what a learner is given and folds class weights into row weights.
 *
 * @throws AirworthyError TRAINING_TOO_FEW_ROWS, TRAINING_NO_FEATURES, TARGET_INVALID, TARGET_ONE_CLASS, BAD_ARGUMENT
 */
export function readInput(
  matrix: FeatureMatrix,
  target: Float64Array,
  weights: Float64Array | null,
  options: LearnerOptions,
): LearnerInput {
  checkShape(matrix, target, weights);
  const rows = weightedRows(matrix.rows, weights);
  const classes = countClasses(target, options);
  checkTarget(target, rows, classes, options);
  const classWeights = resolveClassWeights(target, rows, classes, options.classWeights);
  return {
    matrix,
    target,
    weights: classWeights ? multiply(weights, target, classWeights) : weights,
    rows,
    classes,
  };
}

function checkShape(matrix: FeatureMatrix, target: Float64Array, weights: Float64Array | null): void {
  if (matrix.rows === 0) {
    throw new AirworthyError('TRAINING_TOO_FEW_ROWS', { message: 'there are no rows to learn from' });
  }
  if (matrix.features.length === 0) {
    throw new AirworthyError('TRAINING_NO_FEATURES', { message: 'there are no features to learn from' });
  }
  const lengths: [string, number][] = [
    ...matrix.features.map((feature): [string, number] => [
      `feature "${feature.name}"`,
      feature.values.length,
    ]),
    ['the target', target.length],
    ...(weights ? [['the weights', weights.length] as [string, number]] : []),
  ];
  const wrong = lengths.find(([, length]) => length !== matrix.rows);
  if (wrong) {
    throw new AirworthyError('BAD_ARGUMENT', {
      message: `${wrong[0]}: ${wrong[1]} values for ${matrix.rows} rows`,
    });
  }
}

function weightedRows(rows: number, weights: Float64Array | null): Uint32Array {
  if (!weights) return allRows(rows);
  const kept = new Uint32Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    if (!(weights[row] >= 0 && weights[row] < Number.POSITIVE_INFINITY)) {
      throw new AirworthyError('BAD_ARGUMENT', {
        message: `the weight of row ${row} is ${weights[row]}; a weight is a finite number from 0`,
      });
    }
    if (weights[row] > 0) kept[count++] = row;
  }
  if (count === 0) {
    throw new AirworthyError('TRAINING_TOO_FEW_ROWS', { message: 'every row has the weight 0' });
  }
  return kept.subarray(0, count);
}

function allRows(count: number): Uint32Array {
  const rows = new Uint32Array(count);
  for (let row = 0; row < count; row++) rows[row] = row;
  return rows;
}

function countClasses(target: Float64Array, options: LearnerOptions): number {
  if (options.objective === 'squared') return 0;
  if (options.objective === 'logistic') return 2;
  return options.classes ?? target.reduce((most, value) => Math.max(most, value), 0) + 1;
}

function checkTarget(
  target: Float64Array,
  rows: Uint32Array,
  classes: number,
  { objective }: LearnerOptions,
): void {
  const isClass = (value: number) => Number.isInteger(value) && value >= 0 && value < classes;
  const isValid = objective === 'squared' ? Number.isFinite : isClass;
  const wrong = target.findIndex((value) => !isValid(value));
  if (wrong !== -1) {
    const expected = objective === 'squared' ? 'a finite number' : `a class from 0 to ${classes - 1}`;
    throw new AirworthyError('TARGET_INVALID', {
      message: `the target of row ${wrong} is ${target[wrong]}, not ${expected}`,
      facts: { row: wrong },
    });
  }
  if (objective !== 'squared' && rows.every((row) => target[row] === target[rows[0]])) {
    throw new AirworthyError('TARGET_ONE_CLASS', {
      message: `every row is of class ${target[rows[0]]}: there is nothing to tell apart`,
    });
  }
}

function resolveClassWeights(
  target: Float64Array,
  rows: Uint32Array,
  classes: number,
  wanted: LearnerOptions['classWeights'],
): readonly number[] | null {
  if (wanted === undefined || classes === 0) return null;
  if (wanted !== 'balanced') {
    if (wanted.length === classes && wanted.every((weight) => weight > 0 && Number.isFinite(weight)))
      return wanted;
    throw new AirworthyError('BAD_ARGUMENT', {
      message: `classWeights needs ${classes} positive numbers`,
      at: 'classWeights',
    });
  }
  const counts = new Float64Array(classes);
  for (const row of rows) counts[target[row]]++;
  return Array.from(counts, (count) => (count === 0 ? 0 : rows.length / (classes * count)));
}

function multiply(
  weights: Float64Array | null,
  target: Float64Array,
  classWeights: readonly number[],
): Float64Array {
  return target.map((label, row) => (weights?.[row] ?? 1) * classWeights[label]);
}
