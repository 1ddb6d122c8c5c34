import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../stats/random.ts';
import { drifted } from '../testing/window-reports.ts';
import { findUnitChange } from './find-unit-change.ts';

const random = createRandom('units');

/** Ratios of the mean and spread of a skewed sample, changed, to those it comes from. */
function ratiosOf(n: number, change: (value: number) => number) {
  const values = Float64Array.from({ length: n }, () => change(Math.exp(6 + 0.7 * random.normal())));
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
  const [ownMean, ownVariance] = [Math.exp(6 + 0.245), (Math.exp(0.49) - 1) * Math.exp(12 + 0.49)];
  return { n, meanRatio: mean / ownMean, spreadRatio: spread / Math.sqrt(ownVariance) };
}

function found(n: number, change: (value: number) => number, times = 200): number {
  const isFound = () => findUnitChange(drifted(0.4, ratiosOf(n, change))).effect === 1;
  return Array.from({ length: times }, isFound).filter(Boolean).length / times;
}

test('a changed unit is found at any number of rows that is tested', () => {
  for (const factor of [1.609_344, 1 / 1.609_344, 2.54, 1_000, 0.001, 60])
    for (const n of [200, 1_500]) assert.ok(found(n, (value) => factor * value) > 0.8, `${factor} at ${n}`);
});

test('values that rose by an amount, spread out or grew a little are not taken for it', () => {
  assert.ok(found(1_500, (value) => value + 300) < 0.01);
  assert.ok(found(1_500, (value) => 500 + 1.6 * (value - 500)) < 0.01);
  assert.ok(found(1_500, (value) => 1.25 * value) < 0.01);
  assert.ok(found(1_500, (value) => value) < 0.01);
});

test('without drift, or where mean or spread is not known, nothing is said', () => {
  const kilometres = { meanRatio: 1.61, spreadRatio: 1.61 };
  assert.equal(findUnitChange(drifted(0.4, kilometres)).effect, 1);
  assert.equal(findUnitChange(drifted(0.05, kilometres)).effect, 0);
  assert.equal(findUnitChange(drifted(0.4, { ...kilometres, spreadRatio: null })).effect, 0);
  assert.equal(findUnitChange(drifted(0.4, { meanRatio: -1.61, spreadRatio: 1.61 })).effect, 0);
});
