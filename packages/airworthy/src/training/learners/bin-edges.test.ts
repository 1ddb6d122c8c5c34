import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { binEdges } from './bin-edges.ts';

test('few values: a bin each, with midpoints between them', () => {
  assert.deepEqual([...binEdges(Float64Array.of(1, 1, 2, 5, 5))], [1.5, 3.5]);
  assert.deepEqual([...binEdges(Float64Array.of(3, 3))], []);
  assert.deepEqual([...binEdges(new Float64Array(0))], []);
});

test('many values: 254 quantiles of as many values each', () => {
  const edges = binEdges(Float64Array.from({ length: 2550 }, (_, index) => index));
  assert.equal(edges.length, 254);
  assert.deepEqual([...edges.subarray(0, 3)], [9.5, 19.5, 29.5]);
});

test('edges ascend, are finite, and separate what they lie between', () => {
  const value = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, 1, -1, 5e-324, Number.MAX_VALUE));
  fc.assert(
    fc.property(fc.array(value, { maxLength: 600 }), (values) => {
      const edges = binEdges(Float64Array.from(values).sort());
      assert.ok(edges.length <= 254 && edges.every(Number.isFinite));
      edges.forEach((edge, index) => {
        if (index > 0) assert.ok(edge > edges[index - 1]);
        assert.ok(values.some((x) => x <= edge) && (values.some((x) => x > edge) || values.length > 255));
      });
    }),
    { numRuns: 60 },
  );
});
