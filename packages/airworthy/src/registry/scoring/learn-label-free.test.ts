import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileModel } from '../../models/compile-model.ts';
import type { Model } from '../../models/model.ts';
import type { Table } from '../../models/table.ts';
import { applyIsotonic } from '../../stats/label-free/isotonic.ts';
import { createRandom } from '../../stats/random.ts';
import { learnLabelFree } from './learn-label-free.ts';

const FIELDS: Model['fields'] = [{ name: 'x', kind: 'number', nullable: false }];
const constant = (task: Model['task'], output: number[]): Model => ({
  format: 'airworthy-model/1',
  task,
  fields: FIELDS,
  features: [],
  estimator: { kind: 'constant', output },
});
const REGRESSION = constant({ kind: 'regression', target: 'y', unit: 'g' }, [0]);

/** Errors whose size grows with x. */
function regressionRows(rows: number): Table {
  const random = createRandom('errors');
  const [x, y] = [new Float64Array(rows), new Float64Array(rows)];
  for (let row = 0; row < rows; row++) {
    x[row] = random.next();
    y[row] = (0.1 + 2 * x[row]) * random.normal();
  }
  return { rows, columns: { x: { kind: 'number', values: x }, y: { kind: 'number', values: y } } };
}

test('the error model tells rows with large errors from rows with small ones', async () => {
  const { errors, calibration } = await learnLabelFree(
    REGRESSION,
    regressionRows(2_000),
    new Float64Array(2_000),
  );
  assert.equal(calibration, null);
  assert.ok(errors);
  assert.deepEqual(errors.model.task, { kind: 'regression', target: 'absolute error of y', unit: 'g' });
  const { scoreRecord } = compileModel(errors.model);
  const [small, large] = [0.05, 0.95].map((x) => scoreRecord({ x })[0]);
  assert.ok(Math.abs(small - 0.16) < 0.1 && Math.abs(large - 1.6) < 0.5, `${small} ${large}`);
  assert.equal(errors.calibration.rows, 1_000);
  assert.ok(Math.abs(errors.calibration.absolute.ratio - 1) < 0.1);
});

test('the same rows give the same error model', async () => {
  const learn = () => learnLabelFree(REGRESSION, regressionRows(400), new Float64Array(400));
  assert.equal(JSON.stringify(await learn()), JSON.stringify(await learn()));
});

test('few rows, rows alike, rows without a target and a perfect model have no error model', async () => {
  const table = regressionRows(200);
  const alike: Table = {
    rows: 200,
    columns: { ...table.columns, x: { kind: 'number', values: new Float64Array(200) } },
  };
  const nothing = { calibration: null, errors: null };
  const { x, y } = table.columns;
  assert.deepEqual(await learnLabelFree(REGRESSION, regressionRows(99), new Float64Array(99)), nothing);
  assert.ok(y.kind === 'number');
  assert.deepEqual(
    await learnLabelFree(REGRESSION, { rows: 200, columns: { x } }, new Float64Array(200)),
    nothing,
  );
  assert.deepEqual(await learnLabelFree(REGRESSION, table, y.values), nothing);
  const { errors } = await learnLabelFree(REGRESSION, alike, new Float64Array(200));
  assert.ok(errors === null || errors.calibration.absolute.ratio > 0);
});

test('a score that says too much is mapped to what happens', async () => {
  const random = createRandom('overconfident');
  const rows = 3_000;
  const [y, scores, x] = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)];
  for (let row = 0; row < rows; row++) {
    const chance = random.next();
    y[row] = random.next() < 0.3 + 0.4 * chance ? 1 : 0;
    scores[row] = chance;
  }
  const table: Table = {
    rows,
    columns: { x: { kind: 'number', values: x }, late: { kind: 'number', values: y } },
  };
  const model = constant({ kind: 'binary', target: 'late', classes: ['false', 'true'] }, [0.5]);
  const { calibration, errors } = await learnLabelFree(model, table, scores);
  assert.equal(errors, null);
  assert.ok(calibration);
  for (const score of [0.1, 0.5, 0.9]) {
    assert.ok(Math.abs(applyIsotonic(calibration, score) - (0.3 + 0.4 * score)) < 0.08, `${score}`);
  }
});
