import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scoreGroups } from '../../stats/sketches/score-bins.ts';
import { smallModel } from '../testing/packing.ts';
import { buildReferenceProfile, sketchColumn, sketchOutput } from './reference-profile.ts';

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

test('every value of a column is counted once: in a bin, as missing, or beyond the finite ones', () => {
  const values = Float64Array.of(1, 2, 3, 4, Number.NaN, Infinity);
  const column = sketchColumn('x', { kind: 'number', values });
  assert.ok(column.kind === 'number');
  assert.deepEqual(column.moments, { count: 4, mean: 2.5, m2: 5, min: 1, max: 4 });
  for (const { counts, missing, under, over } of [column.deciles, column.fine]) {
    assert.deepEqual([total(counts), missing, under, over], [4, 1, 0, 1]);
  }
});

test('the most frequent 50 categories are named, the rest known', () => {
  const categories = Array.from({ length: 60 }, (_, index) => `c${index}`);
  const codes = Int32Array.from([-1, ...categories.keys(), 7, 7, 59]);
  const column = sketchColumn('c', { kind: 'category', codes, categories });
  assert.ok(column.kind === 'category');
  assert.deepEqual(column.top.slice(0, 3), ['c7', 'c59', 'c0']);
  assert.deepEqual(column.counts.slice(0, 3), [3, 2, 1]);
  assert.deepEqual(
    [column.top.length, column.others?.length, column.other, column.unseen, column.missing],
    [50, 10, 10, 0, 1],
  );
});

test('scores are counted by predicted label', () => {
  const binary = sketchOutput(smallModel('binary'), Float64Array.of(0, 0.39, 0.4, 1));
  assert.ok(binary.of === 'positive-class');
  assert.deepEqual(binary.labels, ['false', 'true']);
  assert.deepEqual(
    scoreGroups(binary).map(({ label, rows, score }) => [label, rows, Number(score.toFixed(5))]),
    [
      [0, 1, 0],
      [0, 1, 0.39],
      [1, 1, 0.4],
      [1, 1, 1],
    ],
  );
  const scores = Float64Array.of(0.2, 0.5, 0.3, 0.6, 0.3, 0.1);
  const multiclass = sketchOutput(smallModel('multiclass'), scores);
  assert.ok(multiclass.of === 'predicted-class');
  assert.deepEqual(
    scoreGroups(multiclass).map(({ label, score }) => [label, Number(score.toFixed(5))]),
    [
      [0, 0.6],
      [1, 0.5],
    ],
  );
});

test('metrics carry the standard error that their interval implies', () => {
  const metric = { name: 'mae', n: 9, method: 'Student t', higherIsBetter: false } as const;
  const metrics = [
    { ...metric, value: 2, low: 1, high: 3 },
    { ...metric, value: null, low: null, high: null },
  ];
  const table = { rows: 0, columns: {} };
  const model = { ...smallModel('regression'), fields: [] };
  const profile = buildReferenceProfile(model, table, new Float64Array(), { metrics, confidence: 0.95 });
  assert.ok(Math.abs((profile.metrics[0].standardError ?? 0) - 1 / 1.959963984540054) < 1e-12);
  assert.equal(profile.metrics[1].standardError, null);
});
