import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { binOf, quantileEdges } from '../quantile-edges.ts';
import { binLayout, countInBins, mergeBinnedCounts } from './binned-counts.ts';
import {
  type CodedCategories,
  categoryLayout,
  countCategories,
  mergeCategoryCounts,
} from './category-counts.ts';
import { driftCounts } from './drift-counts.ts';
import { mergeMoments, momentsOf } from './moments.ts';

const numbers = fc.array(
  fc.oneof(fc.double({ min: -1e6, max: 1e6 }), fc.constantFrom(0, -0, 1, 1, 1, NaN, Infinity, -Infinity)),
);
const stored = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;
const joined = (a: number[], b: number[]) => Float64Array.from([...a, ...b]);

test('moments of two parts, stored and merged, are those of the whole', () => {
  fc.assert(
    fc.property(numbers, numbers, (a, b) => {
      const merged = mergeMoments(stored(momentsOf(joined(a, []))), stored(momentsOf(joined(b, []))));
      const whole = momentsOf(joined(a, b));
      assert.equal(merged.count, whole.count);
      assert.deepEqual([merged.min, merged.max], [whole.min, whole.max].map(withoutSign));
      assert.ok(Math.abs(merged.mean - whole.mean) <= 1e-9 * Math.max(1, Math.abs(whole.mean)));
      assert.ok(Math.abs(merged.m2 - whole.m2) <= 1e-9 * Math.max(1e-3, whole.m2));
    }),
  );
});

/** JSON keeps no sign of zero. */
const withoutSign = (value: number | null): number | null => (value === 0 ? 0 : value);

test('a large offset does not cost the variance its digits', () => {
  assert.equal(momentsOf(Float64Array.of(1e9 + 1, 1e9 + 2, 1e9 + 3)).m2, 2);
});

test('bin counts of two parts, stored and merged, are those of the whole', () => {
  fc.assert(
    fc.property(numbers, numbers, numbers, (reference, a, b) => {
      const layout = binLayout(Float64Array.from(reference), 10);
      const merged = mergeBinnedCounts(
        stored(countInBins(layout, joined(a, []))),
        stored(countInBins(layout, joined(b, []))),
      );
      const whole = countInBins(layout, joined(a, b));
      assert.deepEqual(merged, stored(whole));
      const total = whole.counts.reduce(
        (sum, count) => sum + count,
        whole.missing + whole.under + whole.over,
      );
      assert.equal(total, a.length + b.length);
    }),
  );
});

test('the reference fills every one of its bins and leaves none of its values out', () => {
  fc.assert(
    fc.property(numbers, (reference) => {
      const finite = Float64Array.from(reference.filter(Number.isFinite));
      const { counts, under, over } = countInBins(binLayout(finite, 10), finite);
      assert.deepEqual([under, over], [0, 0]);
      if (finite.length > 0)
        assert.ok(
          counts.every((count) => count > 0),
          `${counts}`,
        );
    }),
  );
});

test('counts on other edges are not merged', () => {
  const values = Float64Array.of(1);
  const [a, b] = [2, 3].map((last) => countInBins(binLayout(Float64Array.of(1, last), 10), values));
  assert.throws(() => mergeBinnedCounts(a, b), TypeError);
});

test('a constant column is one bin, and another value is out of range', () => {
  const layout = binLayout(new Float64Array(100).fill(7), 10);
  const binned = countInBins(layout, Float64Array.of(7, 7, 8, 6, NaN, Infinity));
  assert.deepEqual(binned.counts, [2]);
  assert.deepEqual([binned.under, binned.over, binned.missing], [1, 2, 1]);
});

test('a value that holds more than a bin has a bin of its own', () => {
  const values = Float64Array.from({ length: 100 }, (_, row) => (row < 40 ? 0 : row));
  const edges = quantileEdges(values, 10);
  assert.equal(values.filter((value) => binOf(edges, value) === binOf(edges, 0)).length, 40);
  const middle = Float64Array.from({ length: 100 }, (_, row) => (row < 30 ? row : row < 70 ? 50.5 : row));
  const inner = quantileEdges(middle, 10);
  assert.deepEqual(
    [...new Set(middle.filter((value) => binOf(inner, value) === binOf(inner, 50.5)))],
    [50.5],
  );
});

const column: fc.Arbitrary<CodedCategories> = fc
  .array(fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'constructor', '__proto__', ''), { nil: null }))
  .map((values) => {
    const categories = [...new Set(values.filter((value) => value !== null))];
    return {
      codes: Int32Array.from(values, (value) => (value === null ? -1 : categories.indexOf(value))),
      categories,
    };
  });

test('category counts of two parts, stored and merged, are those of the whole', () => {
  fc.assert(
    fc.property(column, column, column, (reference, a, b) => {
      const layout = categoryLayout(reference, 2);
      const merged = mergeCategoryCounts(
        stored(countCategories(layout, a)),
        stored(countCategories(layout, b)),
      );
      const names = [...a.categories, ...b.categories];
      const codes = Int32Array.from([
        ...a.codes,
        ...b.codes.map((code) => (code < 0 ? -1 : code + a.categories.length)),
      ]);
      assert.deepEqual(merged, stored(countCategories(layout, { codes, categories: names })));
    }),
  );
});

test('the most frequent categories are named, others known, and new ones are unseen', () => {
  const layout = categoryLayout(
    { codes: Int32Array.of(0, 0, 1, 2, 2, 2, -1), categories: ['x', 'y', 'z'] },
    2,
  );
  assert.deepEqual(layout, { top: ['z', 'x'], others: ['y'] });
  const counts = countCategories(layout, {
    codes: Int32Array.of(0, 1, 2, -1),
    categories: ['z', 'y', 'new'],
  });
  assert.deepEqual(counts, { ...layout, counts: [1, 0], other: 1, unseen: 1, missing: 1 });
});

test('drift counts hold every row once; of a timestamp only whether it is there', () => {
  const layout = binLayout(Float64Array.of(1, 2, 3, 4), 2);
  const deciles = countInBins(layout, Float64Array.of(0, 1, 2, 3, 4, 5, 6, NaN));
  assert.deepEqual(driftCounts({ kind: 'number', deciles }), [1, 2, 2, 2, 1]);
  assert.deepEqual(driftCounts({ kind: 'timestamp', deciles }), [7, 1]);
  const categories = { counts: [4, 3], other: 2, unseen: 1, missing: 5 };
  assert.deepEqual(driftCounts({ kind: 'category', ...categories }), [4, 3, 2, 1, 5]);
});
