import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileModel } from './compile-model.ts';
import { applyFeatures } from './evaluate-features.ts';
import type { LinearEstimator } from './model.ts';
import { recordsToTable } from './read-record.ts';
import type { Table } from './table.ts';
import { evaluatePlainly } from './testing/evaluate-plainly.ts';
import { modelShapes, randomModel, troublesomeTable } from './testing/random-model.ts';

const same = (a: number, b: number) => Object.is(a, b) || Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(a));

/** A table's row as the record it could have come from; NaN is null, a time stays in milliseconds. */
function recordOf(table: Table, row: number): Record<string, unknown> {
  const values = Object.entries(table.columns).map(([name, column]) => {
    if (column.kind === 'category') return [name, column.categories[column.codes[row]] ?? null] as const;
    return [name, Number.isNaN(column.values[row]) ? null : column.values[row]] as const;
  });
  return Object.fromEntries(values);
}

test('the evaluator scores as the definition of the model says', () => {
  fc.assert(
    fc.property(modelShapes, (shape) => {
      const model = randomModel(shape);
      const table = troublesomeTable(model, shape.seed, 30);
      const compiled = compileModel(model);
      const scores = compiled.scoreTable(table);
      for (let row = 0; row < table.rows; row++) {
        evaluatePlainly(model, table, row).forEach((expected, k) => {
          const found = scores[row * compiled.width + k];
          assert.ok(same(found, expected), `row ${row}: found ${found}, defined ${expected}`);
        });
      }
    }),
    { numRuns: 300 },
  );
});

test('a record scores as its row in a table does, to the last bit, whatever the size of the table', () => {
  fc.assert(
    fc.property(modelShapes, fc.integer({ min: 1, max: 1300 }), (shape, rows) => {
      const model = randomModel(shape);
      const table = troublesomeTable(model, shape.seed, rows);
      const compiled = compileModel(model);
      const scores = compiled.scoreTable(table);
      const records = Array.from({ length: rows }, (_, row) => recordOf(table, row));
      assertSameScores(compiled.scoreTable(recordsToTable(model.fields, records)), scores);
      for (const row of [0, rows >> 1, rows - 1]) {
        const own = scores.slice(row * compiled.width, (row + 1) * compiled.width);
        assertSameScores(compiled.scoreRecord(records[row]), own);
      }
    }),
    { numRuns: 60 },
  );
});

/** To the last bit, but for the bits of a NaN: deepEqual compares those too, and they vary with the JIT's tier. */
function assertSameScores(found: Float64Array, expected: Float64Array): void {
  assert.equal(found.length, expected.length);
  found.forEach((value, at) => {
    assert.ok(Object.is(value, expected[at]), `score ${at}: ${value}, not ${expected[at]}`);
  });
}

test('a table without rows has no scores', () => {
  const model = randomModel({
    ...{
      seed: 1,
      task: 'multiclass',
      estimator: 'boosting',
      categories: 5,
      features: 4,
      trees: 2,
      leaves: 4,
    },
  } as const);
  assert.equal(compileModel(model).scoreTable(recordsToTable(model.fields, [])).length, 0);
});

test('a column that is missing, of another kind, or a value that cannot be read is refused by name', () => {
  const model = randomModel({
    ...{ seed: 1, task: 'binary', estimator: 'linear', categories: 5, features: 12, trees: 0, leaves: 1 },
  } as const);
  const compiled = compileModel(model);
  const table = troublesomeTable(model, 1, 3);
  const { [model.features[0].field]: _, ...others } = table.columns;
  assert.throws(() => compiled.scoreTable({ ...table, columns: others }), {
    code: 'BAD_ARGUMENT',
    at: model.features[0].field,
  });
  assert.throws(() => compiled.scoreRecord({ time: 'yesterday' }), { code: 'BAD_ARGUMENT', at: 'time' });
  assert.throws(() => compiled.scoreRecord({ x: 'ten' }), { code: 'BAD_ARGUMENT', at: 'x' });
  assert.throws(() => compiled.scoreRecord({ place: {} }), { code: 'BAD_ARGUMENT', at: 'place' });
});

test('what training applies is what a compiled model computes, column by column', () => {
  const task = { kind: 'regression', target: 'y' } as const;
  const estimator: LinearEstimator = {
    kind: 'linear',
    coefficients: [[1]],
    intercepts: [0],
    link: 'identity',
  };
  fc.assert(
    fc.property(modelShapes, (shape) => {
      const model = randomModel(shape);
      const table = troublesomeTable(model, shape.seed, 20);
      const matrix = applyFeatures(model.features, model.fields, table);
      model.features.forEach((feature, index) => {
        const scores = compileModel({ ...model, task, features: [feature], estimator }).scoreTable(table);
        scores.forEach((score, row) => {
          assert.ok(same(score, matrix.features[index].values[row]), matrix.features[index].name);
        });
      });
    }),
    { numRuns: 50 },
  );
});
