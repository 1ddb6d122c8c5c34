import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { recordsToTable } from '../../models/read-record.ts';
import type { Prediction } from '../../models/to-prediction.ts';
import type { ReferenceProfile } from '../../registry/index.ts';
import { sketchColumn } from '../../registry/scoring/reference-profile.ts';
import { countInBins } from '../../stats/sketches/binned-counts.ts';
import { inBins } from '../reports/compare-columns.ts';
import { createAccumulator } from './accumulator.ts';
import { countTable } from './count-table.ts';
import { createNameCounter, mergeNames } from './frequent-names.ts';
import { latencyBucketOf, latencyQuantiles } from './latency.ts';
import { BARE_LAYOUT, createLayout, type Layout } from './layout.ts';
import { emptySketch, mergeSketches, type WindowSketch } from './window-sketch.ts';

const BINARY = { task: { kind: 'binary', target: 'late', classes: ['false', 'true'] } } as const;
const REGRESSION = { task: { kind: 'regression', target: 'delay' } } as const;
const stored = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

/** Of numbers `x` and categories `c`, as a bundle carries it. */
function profileOf(x: readonly number[], c: readonly (string | null)[]): ReferenceProfile {
  const values = Float64Array.from(x);
  const categories = [...new Set(c.filter((value) => value !== null))];
  const codes = Int32Array.from(c, (value) => (value === null ? -1 : categories.indexOf(value)));
  const profile: Pick<ReferenceProfile, 'columns' | 'output'> = {
    columns: [
      sketchColumn('x', { kind: 'number', values }),
      sketchColumn('c', { kind: 'category', codes, categories }),
      sketchColumn('t', { kind: 'timestamp', values }),
    ],
    output: { ...sketchColumn('y', { kind: 'number', values }), of: 'value' } as ReferenceProfile['output'],
  };
  return profile as ReferenceProfile;
}

interface Served {
  record: Record<string, unknown>;
  prediction: Prediction;
  latencyUs: number;
}

const served: fc.Arbitrary<Served> = fc.record({
  record: fc.record(
    {
      x: fc.oneof(fc.double({ min: -10, max: 10 }), fc.constantFrom(null, 0, 1, 7, true, 1e9)),
      c: fc.constantFrom('a', 'b', 'new', 'newer', '__proto__', '', null),
      t: fc.constantFrom('2001-01-01', null),
    },
    { requiredKeys: [] },
  ),
  prediction: fc
    .double({ min: 0, max: 1, noNaN: true })
    .map((probability) => ({ label: probability >= 0.5, probability })),
  latencyUs: fc.integer({ min: 0, max: 1e8 }),
});

function sketchOf(layout: Layout, rows: readonly Served[]): WindowSketch {
  const accumulator = createAccumulator(layout);
  for (const { record, prediction, latencyUs } of rows) accumulator.observe(record, prediction, latencyUs);
  return stored(accumulator.take());
}

/** Sums of numbers are equal to the last digits only; all else is equal. */
function assertSame(actual: WindowSketch, expected: WindowSketch): void {
  const sums = ({ columns }: WindowSketch) => columns?.map((column) => column.sums ?? null) ?? [];
  const [found, wanted] = [sums(actual), sums(expected)];
  for (const [index, sum] of wanted.entries()) {
    if (sum === null) continue;
    for (const key of ['sum', 'squares'] as const) {
      const difference = Math.abs((found[index]?.[key] ?? Number.NaN) - sum[key]);
      assert.ok(difference <= 1e-9 * Math.max(1, Math.abs(sum.squares)), `${key} is off by ${difference}`);
    }
    assert.deepEqual(
      [found[index]?.rows, found[index]?.min, found[index]?.max],
      [sum.rows, sum.min, sum.max],
    );
  }
  const withoutSums = ({ columns, ...rest }: WindowSketch) => ({
    ...rest,
    columns: columns?.map(({ sums: _, ...column }) => column) ?? null,
  });
  assert.deepEqual(withoutSums(actual), withoutSums(expected));
}

const reference = profileOf([0, 1, 2, 3, 4, 5, 5, 5, 5, 9, Number.NaN], ['a', 'a', 'b', null, 'z']);

test('property: the sketches of replicas, stored and added in any order, are that of the whole', () => {
  const layout = createLayout(BINARY, reference);
  const replicas = fc.array(fc.array(served, { maxLength: 20 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(replicas, fc.infiniteStream(fc.nat()), (parts, order) => {
      const whole = sketchOf(layout, parts.flat());
      const sketches = parts.map((part) => sketchOf(layout, part));
      const shuffled = sketches
        .map((sketch) => ({ sketch, at: order.next().value }))
        .sort((a, b) => a.at - b.at)
        .map(({ sketch }) => sketch);
      assertSame(
        shuffled.reduce((a, b) => stored(mergeSketches(a, b)), emptySketch()),
        whole,
      );
      // As a tree instead of a chain.
      const [first, ...others] = sketches;
      assertSame(mergeSketches(first, others.reduce(mergeSketches, emptySketch())), whole);
    }),
  );
});

test('an accumulator that was emptied has counted nothing', () => {
  const accumulator = createAccumulator(createLayout(BINARY, reference));
  const none = stored(accumulator.take());
  accumulator.observe({ x: 1, c: 'new' }, { label: true, probability: 0.7 }, 10);
  assert.equal(accumulator.take().predictions, 1);
  assert.deepEqual(stored(accumulator.take()), none);
});

const referenceNumbers = fc.array(
  fc.oneof(fc.double({ min: -5, max: 5, noNaN: true }), fc.constantFrom(Number.NaN, 0, -0, 1, 1, 1, 2)),
  { maxLength: 60 },
);

test('property: cells add up to the deciles and fine bins that counting on them gives, ties and constants included', () => {
  const values = fc.array(fc.oneof(fc.double({ min: -6, max: 6, noNaN: true }), fc.constantFrom(0, 1, 2)));
  fc.assert(
    fc.property(referenceNumbers, values, (carried, seen) => {
      const profile = profileOf(carried, []);
      const [column] = profile.columns;
      const layout = createLayout(BINARY, profile);
      const number = layout.columns?.[0];
      assert.ok(number?.kind === 'number' && column.kind === 'number');
      const rows = [...seen.map((x) => ({ x })), { x: null }, {}];
      const sketch = sketchOf(
        layout,
        rows.map((record) => ({ record, prediction: { label: true, probability: 0.5 }, latencyUs: 1 })),
      );
      const counts = sketch.columns?.[0].counts ?? [];
      const all = Float64Array.from([...seen, Number.NaN, Number.NaN]);
      for (const [bins, binOf] of [
        [column.deciles, number.decileOf],
        [column.fine, number.fineOf],
      ] as const) {
        const { counts: inLayout, missing, under, over } = countInBins(bins, all);
        assert.deepEqual(inBins(number, counts, binOf), { counts: inLayout, missing, under, over });
      }
    }),
  );
});

test('property: a table is counted as its rows are', () => {
  const layout = createLayout(BINARY, reference);
  const fields = [
    { name: 'x', kind: 'number', nullable: true },
    { name: 'c', kind: 'category', nullable: true },
    { name: 't', kind: 'timestamp', nullable: true },
  ] as const;
  fc.assert(
    fc.property(fc.array(served, { minLength: 1 }), (rows) => {
      const table = recordsToTable(
        fields,
        rows.map(({ record }) => record),
      );
      const columns = countTable(layout.columns ?? [], table);
      assert.deepEqual(stored(columns), sketchOf(layout, rows).columns);
    }),
  );
  assert.throws(() => countTable(layout.columns ?? [], { rows: 0, columns: {} }), TypeError);
});

test('what is not a value of its kind is missing, and timestamps are only present or not', () => {
  const layout = createLayout(BINARY, reference);
  const prediction = { label: false, probability: 0.2 };
  const rows = [{ x: 'text', c: 7, t: 5 }, { x: [], c: {}, t: null }, { t: '2001-01-01' }];
  const sketch = sketchOf(
    layout,
    rows.map((record) => ({ record, prediction, latencyUs: 1 })),
  );
  const [x, c, t] = sketch.columns ?? [];
  assert.equal(x.counts.at(-3), 3);
  assert.equal(c.counts.at(-1), 3);
  assert.deepEqual(t.counts, [2, 1]);
});

test('a version without a profile is counted by its scores, one that cannot be read by its traffic', () => {
  const rows = [{ record: { x: 1 }, prediction: { label: true, probability: 0.75 }, latencyUs: 400 }];
  const plain = sketchOf(createLayout(BINARY, null), rows);
  assert.deepEqual([plain.predictions, plain.columns], [1, null]);
  assert.deepEqual(
    plain.scores?.cells.map((cells) => Object.keys(cells).length),
    [0, 1],
  );
  const bare = sketchOf(BARE_LAYOUT, rows);
  assert.deepEqual([bare.predictions, bare.scores, Object.values(bare.latency)], [1, null, [1]]);
  assert.deepEqual(mergeSketches(plain, bare).scores, plain.scores);
});

test('a regression counts its values and what errors are expected', () => {
  const errors = { scale: 2, estimate: ({ x }: Readonly<Record<string, unknown>>) => Number(x) };
  const layout = createLayout(REGRESSION, reference, errors);
  const rows = [1, 3, Number.NaN].map((x) => ({ record: { x }, prediction: { value: x * 2 }, latencyUs: 1 }));
  const sketch = sketchOf(layout, rows);
  assert.deepEqual([sketch.errors?.rows, sketch.errors?.errors], [2, 2e6]);
  assert.equal(sketch.values?.sums?.rows, 2);
});

test('a window of any traffic has the same size', () => {
  const layout = createLayout(BINARY, reference);
  const row = (index: number): Served => ({
    record: { x: (index * 7919) % 13, c: `category ${index}`, t: 'now' },
    prediction: { label: index % 2 === 0, probability: (index % 1_000) / 1_000 },
    latencyUs: (index * 31) % 1e6,
  });
  const size = (rows: number) =>
    JSON.stringify(
      sketchOf(
        layout,
        Array.from({ length: rows }, (_, i) => row(i)),
      ),
    ).length;
  assert.ok(size(60_000) < 1.3 * size(6_000));
});

test('property: every name with more than a 33rd of the values is kept, and no count is too high', () => {
  const names = fc.array(fc.oneof(fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 200 }).map(String)), {
    maxLength: 400,
  });
  fc.assert(
    fc.property(fc.array(names, { minLength: 1, maxLength: 4 }), (parts) => {
      const merged = parts
        .map((part) => {
          const counter = createNameCounter();
          for (const name of part) counter.add(name);
          return stored(counter.take());
        })
        .reduce(mergeNames);
      const all = parts.flat();
      const kept = new Map(merged);
      assert.ok(merged.length <= 32);
      for (const [name, same] of Map.groupBy(all, (each) => each)) {
        const count = kept.get(name) ?? 0;
        assert.ok(count <= same.length);
        assert.ok(same.length - count <= all.length / 33);
      }
    }),
  );
});

test('long names are cut', () => {
  const counter = createNameCounter();
  counter.add('x'.repeat(10_000));
  assert.equal(counter.take()[0][0].length, 64);
});

test('property: quantiles of latency are within 1 % of the value of that rank', () => {
  const latencies = fc.array(fc.integer({ min: 1, max: 1e9 }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(latencies, (microseconds) => {
      const counts: Record<number, number> = {};
      for (const each of microseconds) {
        const bucket = latencyBucketOf(each);
        counts[bucket] = (counts[bucket] ?? 0) + 1;
      }
      const sorted = microseconds.toSorted((a, b) => a - b);
      const found = latencyQuantiles(stored(counts));
      assert.ok(found);
      for (const [quantile, value] of [
        [0.5, found.p50],
        [0.95, found.p95],
        [0.99, found.p99],
      ]) {
        const exact = sorted[Math.max(0, Math.ceil(quantile * sorted.length - 1e-9) - 1)] / 1_000;
        assert.ok(Math.abs(value - exact) <= 0.0101 * exact, `${value} for ${exact}`);
      }
    }),
  );
  assert.equal(latencyQuantiles({}), null);
});
