import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { smallModel } from '../testing/packing.ts';
import { describeColumn, type ReferenceCategories, type ReferenceNumbers } from './reference-column.ts';
import { describeOutput, type ReferenceClasses } from './reference-output.ts';

const numbers = (values: number[]) =>
  describeColumn(
    { name: 'x', kind: 'number', nullable: true },
    { kind: 'number', values: Float64Array.from(values) },
  ) as ReferenceNumbers;
const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

test('every value is counted once: in a bin, as missing or as infinite', () => {
  const value = fc.oneof(
    fc.double(),
    fc.integer({ min: 0, max: 5 }),
    fc.constantFrom(Number.NaN, Infinity, -Infinity),
  );
  fc.assert(
    fc.property(fc.array(value, { maxLength: 200 }), (values) => {
      const { missing, infinite, deciles, fine } = numbers(values);
      const finite = values.filter(Number.isFinite).length;
      assert.equal(missing, values.filter(Number.isNaN).length);
      assert.equal(missing + infinite + finite, values.length);
      assert.deepEqual([total(deciles.counts), total(fine.counts)], [finite, finite]);
    }),
  );
});

test('moments are those of the finite values', () => {
  const { moments } = numbers([1, 2, 3, 4, Number.NaN, Infinity]);
  assert.deepEqual(moments, { n: 4, mean: 2.5, m2: 5, minimum: 1, maximum: 4 });
  assert.equal(numbers([Number.NaN]).moments, null);
});

test('the most frequent 50 categories are named, the rest counted', () => {
  const categories = Array.from({ length: 60 }, (_, index) => `c${index}`);
  const codes = Int32Array.from([-1, ...categories.keys(), 7, 7, 59]);
  const column = { kind: 'category' as const, codes, categories };
  const described = describeColumn(
    { name: 'c', kind: 'category', nullable: true },
    column,
  ) as ReferenceCategories;
  assert.deepEqual(described.top.slice(0, 3), [
    { value: 'c7', count: 3 },
    { value: 'c59', count: 2 },
    { value: 'c0', count: 1 },
  ]);
  assert.deepEqual(
    [described.missing, described.distinct, described.top.length, described.other],
    [1, 60, 50, 10],
  );
});

test('scores are counted by predicted label', () => {
  const binary = describeOutput(smallModel('binary'), Float64Array.of(0, 0.39, 0.4, 1)) as ReferenceClasses;
  assert.deepEqual(
    binary.labels.map(({ label, counts }) => [label, total(counts), counts[0], counts[63]]),
    [
      ['false', 2, 1, 0],
      ['true', 2, 0, 1],
    ],
  );
  assert.equal(binary.classes[0].sum, 1.79);
  const scores = Float64Array.of(0.2, 0.5, 0.3, 0.6, 0.3, 0.1);
  const multiclass = describeOutput(smallModel('multiclass'), scores) as ReferenceClasses;
  assert.deepEqual(
    multiclass.labels.map(({ counts }) => total(counts)),
    [1, 1, 0],
  );
  assert.deepEqual(
    multiclass.classes.map(({ sum }) => sum),
    [0.8, 0.8, 0.4],
  );
});
