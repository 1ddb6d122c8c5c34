import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count, estimate, figure, plural } from './figures.ts';

test('counts have thousands separated, and their noun agrees', () => {
  assert.equal(count(52_341), '52,341');
  assert.equal(plural(1, 'row'), '1 row');
  assert.equal(plural(2000, 'row'), '2,000 rows');
});

test('figures show four significant digits, and all of a large number before its point', () => {
  assert.equal(figure(0.681_34), '0.6813');
  assert.equal(figure(0.000_012_345), '0.00001235');
  assert.equal(figure(4201.75), '4,202');
  assert.equal(figure(1_234_567.8), '1,234,568');
  assert.equal(figure(Number.NaN), 'NaN');
});

test('an estimate is never without its interval, or says that it has none', () => {
  assert.equal(estimate({ value: 0.681_34, low: 0.6764, high: 0.6862 }), '0.6813 [0.6764, 0.6862]');
  assert.equal(estimate({ value: 283, low: 270, high: 296 }, 'g'), '283 g [270, 296]');
  assert.equal(estimate({ value: 0.5, low: null, high: null }), '0.5 (no interval)');
  assert.equal(estimate({ value: null, low: null, high: null }), 'not defined');
});
