import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Column, Field, Table, Task } from '../models/table.ts';
import { encodeTarget } from './encode-target.ts';
import { type PrepareInput, prepareTraining } from './prepare-training.ts';

const numbers = (values: readonly number[]): Column => ({
  kind: 'number',
  values: Float64Array.from(values),
});
const texts = (values: readonly (string | null)[]): Column => {
  const categories = [...new Set(values.filter((value) => value !== null))].sort();
  return {
    kind: 'category',
    categories,
    codes: Int32Array.from(values, (value) => (value === null ? -1 : categories.indexOf(value))),
  };
};
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const BINARY: Task = { kind: 'binary', target: 'y', classes: ['no', 'yes'] };
const X: Field = { name: 'x', kind: 'number', nullable: false };

function input(y: Column, change: Partial<PrepareInput> = {}): PrepareInput {
  const rows = y.kind === 'category' ? y.codes.length : y.values.length;
  const table: Table = { rows, columns: { x: numbers(range(rows)), y } };
  const validation = { by: 'random', plan: { folds: 3 } } as const;
  return { table, fields: [X], task: BINARY, classWeights: undefined, validation, seed: 1, ...change };
}

const yesNo = (count: number): Column => texts(range(count).map((row) => (row % 4 === 0 ? 'yes' : 'no')));

test('classes are numbered in the order of the task, whatever form the target has', () => {
  const encode = (y: Column, task: Task) => [...encodeTarget({ rows: 3, columns: { y } }, task)];
  const classes = <const Names extends readonly string[]>(...names: Names) => names;
  assert.deepEqual(encode(texts(['yes', 'no', null]), BINARY), [1, 0, Number.NaN]);
  assert.deepEqual(
    encode(numbers([1, 0, 1]), { kind: 'binary', target: 'y', classes: classes('false', 'true') }),
    [1, 0, 1],
  );
  assert.deepEqual(
    encode(numbers([1, 0, 1]), { kind: 'binary', target: 'y', classes: classes('true', 'false') }),
    [0, 1, 0],
  );
  assert.deepEqual(
    encode(numbers([30, 10, 99]), { kind: 'multiclass', target: 'y', classes: ['10', '20', '30'] }),
    [2, 0, Number.NaN],
  );
  assert.deepEqual(encode(numbers([1.5, 2, -3]), { kind: 'regression', target: 'y' }), [1.5, 2, -3]);
});

test('weights: balanced classes have equal totals; named ones are as given', () => {
  const balanced = prepareTraining(input(yesNo(40), { classWeights: 'balanced' }));
  assert.deepEqual([balanced.weights?.[0], balanced.weights?.[1]], [2, 40 / 60]);
  const named = prepareTraining(input(yesNo(40), { classWeights: { yes: 5 } }));
  assert.deepEqual([named.weights?.[0], named.weights?.[1]], [5, 1]);
  assert.equal(prepareTraining(input(yesNo(40))).weights, null);
});

test('what cannot be learned from is refused by name', () => {
  const code = (made: PrepareInput) => {
    try {
      prepareTraining(made);
      return 'accepted';
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  assert.equal(code(input(yesNo(0))), 'TRAINING_TOO_FEW_ROWS');
  assert.equal(code(input(texts(Array(20).fill('no')))), 'TARGET_ONE_CLASS');
  assert.equal(code(input(texts([...Array(20).fill('no'), 'yes', 'maybe']))), 'TARGET_INVALID');
  assert.equal(code(input(yesNo(20), { classWeights: { yess: 2 } })), 'CONFIG_INVALID');
  const constant: Table = { rows: 20, columns: { x: numbers(Array(20).fill(Number.NaN)), y: yesNo(20) } };
  assert.equal(code(input(yesNo(20), { table: constant })), 'TRAINING_NO_FEATURES');
  const oneGroup: Table = {
    rows: 20,
    columns: { x: numbers(range(20)), y: yesNo(20), g: numbers(Array(20).fill(1)) },
  };
  const byGroup = { by: 'group', column: 'g', plan: { folds: 2 } } as const;
  assert.equal(code(input(yesNo(20), { table: oneGroup, validation: byGroup })), 'VALIDATION_IMPOSSIBLE');
});
