import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom, type Random } from '../random.ts';
import { mae, rmse } from '../regression-metrics.ts';
import {
  addErrorEstimate,
  calibrateErrors,
  createErrorSums,
  type ErrorSums,
  estimateErrors,
  mergeErrorSums,
} from './error-sums.ts';

function sumsOf(scale: number, predicted: Iterable<number>): ErrorSums {
  const sums = createErrorSums(scale);
  for (const error of predicted) addErrorEstimate(sums, error);
  return sums;
}

test('in any order, stored, and merged from parts, sums are the same bytes', () => {
  const errors = fc.array(fc.double({ min: -1, max: 50, noNaN: true }));
  fc.assert(
    fc.property(errors, errors, (a, b) => {
      const parts = [a, b].map((part) => JSON.parse(JSON.stringify(sumsOf(2.5, part))) as ErrorSums);
      const whole = JSON.stringify(sumsOf(2.5, [...b, ...a].reverse()));
      assert.equal(JSON.stringify(mergeErrorSums(parts[0], parts[1])), whole);
    }),
  );
  assert.throws(() => mergeErrorSums(createErrorSums(1), createErrorSums(2)), TypeError);
});

/** Rows with errors of a size that is known up to a factor, which the model of it does not know. */
function drawRows(random: Random, n: number, spread: number) {
  const predicted = Float64Array.from({ length: n }, () => Math.exp(spread * random.normal()));
  return { predicted, errors: predicted.map((size) => Math.abs(1.3 * size * random.normal())) };
}

test('what is estimated is what the labels show, as surely as it says', () => {
  const random = createRandom('errors');
  let covered = 0;
  for (let trial = 0; trial < 300; trial++) {
    const reference = drawRows(random, 400, 0.4);
    const later = drawRows(random, 500, 0.7);
    const calibration = calibrateErrors(reference.predicted, reference.errors) ?? assert.fail();
    const estimated = estimateErrors(sumsOf(calibration.scale, later.predicted), calibration);
    assert.deepEqual(
      estimated.map(({ metric }) => metric),
      ['mae', 'rmse', 'mse'],
    );
    const truth = [mae, rmse].map((of) => of(later.errors, new Float64Array(500)));
    for (const [index, realised] of truth.entries()) {
      const { low, high, n } = estimated[index];
      assert.equal(n, 500);
      if ((low ?? 0) <= realised && realised <= (high ?? 0)) covered += 1;
    }
  }
  assert.ok(covered / 600 > 0.92 && covered / 600 < 0.98, `covers ${covered / 600}`);
});

test('nothing is learnt where there is no error, or none is foreseen', () => {
  const [none, some] = [new Float64Array(5), Float64Array.of(1, 2, 3, 4, 5)];
  assert.equal(calibrateErrors(some, none), null);
  assert.equal(calibrateErrors(none, some), null);
  assert.equal(calibrateErrors(Float64Array.of(1), Float64Array.of(1)), null);
  const calibration = calibrateErrors(some, some) ?? assert.fail();
  assert.deepEqual(estimateErrors(createErrorSums(calibration.scale), calibration), []);
  const [{ value }] = estimateErrors(sumsOf(calibration.scale, some), calibration);
  assert.ok(Math.abs((value ?? 0) - 3) < 1e-5);
});
