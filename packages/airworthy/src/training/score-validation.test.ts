import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Task } from '../models/table.ts';
import { scoreValidation } from './score-validation.ts';

const BINARY: Task = { kind: 'binary', target: 'y', classes: ['no', 'yes'] };
const THREE: Task = { kind: 'multiclass', target: 'y', classes: ['a', 'b', 'c'] };
const NUMBER: Task = { kind: 'regression', target: 'y' };

const close = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

test('scores have the sign, the error and the interval of their metric', () => {
  const y = Float64Array.of(0, 0, 1, 1);
  const p = Float64Array.of(0.1, 0.6, 0.35, 0.8);
  const accuracy = scoreValidation('accuracy', BINARY, y, p);
  assert.deepEqual([accuracy.value, accuracy.higherIsBetter], [0.5, true]);
  close(accuracy.standardError, Math.sqrt(1 / 3 / 4));
  const logLoss = scoreValidation('log-loss', BINARY, y, p);
  close(logLoss.value, -(Math.log(0.9) + Math.log(0.4) + Math.log(0.35) + Math.log(0.8)) / 4);
  assert.equal(logLoss.higherIsBetter, false);
  assert.equal(scoreValidation('roc-auc', BINARY, y, p).value, 0.75);
  close(scoreValidation('brier', BINARY, y, p).value, (0.01 + 0.36 + 0.4225 + 0.04) / 4);
});

test('multiclass probabilities are read row by row', () => {
  const y = Float64Array.of(0, 2);
  const p = Float64Array.of(0.5, 0.3, 0.2, 0.6, 0.1, 0.3);
  close(scoreValidation('log-loss', THREE, y, p).value, -(Math.log(0.5) + Math.log(0.3)) / 2);
  assert.equal(scoreValidation('accuracy', THREE, y, p).value, 0.5);
});

test('rmse and r2 say the same in two units', () => {
  const y = Float64Array.of(1, 2, 3, 4);
  const predicted = Float64Array.of(1, 2, 3, 2);
  const rmse = scoreValidation('rmse', NUMBER, y, predicted);
  close(rmse.value, 1);
  close(rmse.standardError, 1 / 2);
  const r2 = scoreValidation('r2', NUMBER, y, predicted);
  close(r2.value, 1 - 1 / 1.25);
  assert.ok(r2.low < r2.value && r2.value < r2.high && rmse.low < rmse.value && rmse.value < rmse.high);
});
