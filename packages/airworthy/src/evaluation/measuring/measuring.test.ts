import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '../../stats/random.ts';
import type { SuiteComparison } from '../report/schema.ts';
import { compareSamples, pairById } from './compare-samples.ts';
import { estimateSample } from './estimate-sample.ts';
import type { MetricSample } from './metric-sample.ts';
import { meanMetric, sampleOfValues } from './sample-of-values.ts';
import { steadinessOf, steadinessOfCase } from './steadiness.ts';

const EXACT = meanMetric('exact', { binary: true });
const RATING = meanMetric('rating');
const LATENCY = meanMetric('latency', {
  aggregate: { kind: 'quantile', probability: 0.95 },
  better: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
});

const same = (n: number) => Int32Array.from({ length: n }, (_, row) => row);
const compare = (ours: MetricSample, theirs: MetricSample) =>
  compareSamples(ours, theirs, { pairs: same(ours.n) });
const near = (actual: number | null, expected: number | null, what?: string) =>
  assert.ok(Math.abs(Number(actual) - Number(expected)) < 1e-9, `${what}: ${actual}, not ${expected}`);

test('published figures: Wilson, paired t, clustered t, Bonett-Price', () => {
  const eight = estimateSample(sampleOfValues(EXACT, [1, 1, 1, 1, 1, 1, 1, 1, 0, 0]));
  assert.equal(eight.method, 'Wilson');
  assert.ok(Math.abs(Number(eight.low) - 0.490162) < 1e-6 && Math.abs(Number(eight.high) - 0.943318) < 1e-6);
  const none = estimateSample(sampleOfValues(EXACT, new Array(20).fill(0)));
  assert.deepEqual([none.low, none.method], [0, 'Clopper-Pearson']);
  assert.ok(Math.abs(Number(none.high) - 0.168433) < 1e-6);
  const lost = [...new Array(9).fill([0, 1]), [1, 0], [1, 0], ...new Array(89).fill([1, 1])];
  const made = compare(
    sampleOfValues(
      EXACT,
      lost.map(([ours]) => ours),
    ),
    sampleOfValues(
      EXACT,
      lost.map(([, theirs]) => theirs),
    ),
  );
  assert.deepEqual([made.gained, made.lost, made.method], [2, 9, 'paired Bonett-Price']);
  assert.ok(Math.abs(Number(made.low) + 0.136617) < 1e-6 && Math.abs(Number(made.high) + 0.000638) < 1e-6);
  near(made.p ?? null, 0.0654296875);
});

test('every metric gets the method that fits its data, and never an interval of no width', () => {
  const random = createRandom('methods');
  const noise = Float64Array.from({ length: 200 }, () => random.next());
  const clusters = Array.from({ length: 200 }, (_, row) => row % 40);
  const methods = [
    estimateSample(sampleOfValues(RATING, noise)),
    estimateSample(sampleOfValues(RATING, noise, clusters)),
    estimateSample(sampleOfValues(RATING, noise.slice(0, 20), clusters.map((each) => each % 5).slice(0, 20))),
    estimateSample(sampleOfValues(EXACT, noise.map(Math.round), clusters)),
    estimateSample(sampleOfValues(RATING, new Array(50).fill(0.5))),
    estimateSample(sampleOfValues(LATENCY, noise)),
    estimateSample(sampleOfValues(LATENCY, noise, clusters)),
  ];
  assert.deepEqual(
    methods.map(({ method }) => method),
    [
      'Student t',
      'clustered t',
      'clustered t and studentised cluster bootstrap, the wider',
      'clustered Wilson (effective n)',
      'exact (unseen rows)',
      'order statistics',
      'order statistics, clustered (Woodruff)',
    ],
  );
  for (const { low, high, method } of methods) assert.ok(Number(low) < Number(high), method);
  assert.equal(methods[1].clusters, 40);
});

test('a tail that so few cases say nothing about has no upper bound', () => {
  const few = estimateSample(sampleOfValues(LATENCY, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
  assert.equal(few.high, null);
  assert.ok(few.reason);
  const one = estimateSample(sampleOfValues(EXACT, [1, 0, 1], ['a', 'a', 'a']));
  assert.deepEqual([one.low, one.high, one.clusters], [null, null, 1]);
});

test('what is missing is counted, and bounded by the worst it could be', () => {
  const sample = sampleOfValues(EXACT, [1, 1, 1, 0, Number.NaN]);
  const { value, n, counts, bounds } = estimateSample(sample);
  assert.deepEqual([value, n, counts.error], [0.75, 4, 1]);
  assert.deepEqual(bounds, { low: 0.6, high: 0.8 });
  const nothing = estimateSample(sampleOfValues(EXACT, [Number.NaN]));
  assert.deepEqual([nothing.value, nothing.low, nothing.n], [null, null, 0]);
});

const scores = fc.array(fc.tuple(fc.boolean(), fc.boolean(), fc.integer({ min: 0, max: 60 })), {
  minLength: 60,
  maxLength: 150,
});
type Scores = [boolean, boolean, number][];
const samplesOf = (rows: Scores, clustered: boolean): [MetricSample, MetricSample] => {
  const keys = clustered ? rows.map(([, , key]) => key) : undefined;
  return [
    sampleOfValues(
      EXACT,
      rows.map(([ours]) => Number(ours)),
      keys,
    ),
    sampleOfValues(
      EXACT,
      rows.map(([, theirs]) => Number(theirs)),
      keys,
    ),
  ];
};

test('swapping candidate and baseline negates', () => {
  fc.assert(
    fc.property(scores, fc.boolean(), (rows, clustered) => {
      const [ours, theirs] = samplesOf(rows, clustered);
      const [there, back] = [compare(ours, theirs), compare(theirs, ours)];
      near(there.improvement, 0 - Number(back.improvement));
      if (there.low === null || back.high === null) assert.equal(there.low, back.high);
      else near(there.low, 0 - back.high, there.method);
    }),
    { numRuns: 40 },
  );
});

test('cases twice in their clusters leave the interval as it is; without clusters it shrinks', () => {
  const interval = ({ low, high }: SuiteComparison) => Number(high) - Number(low);
  fc.assert(
    fc.property(scores, (rows) => {
      const [ours, theirs] = samplesOf(rows, true);
      const [twice, twiceTheirs] = samplesOf([...rows, ...rows], true);
      const [once, doubled] = [compare(ours, theirs), compare(twice, twiceTheirs)];
      near(once.low, doubled.low, `${once.method}, ${doubled.method}`);
      near(once.high, doubled.high);
      near(estimateSample(ours).low, estimateSample(twice).low);
      const [alone, aloneTheirs] = samplesOf(rows, false);
      const [naive, naiveTheirs] = samplesOf([...rows, ...rows], false);
      assert.ok(interval(compare(naive, naiveTheirs)) < interval(compare(alone, aloneTheirs)));
    }),
    { numRuns: 40 },
  );
});

test('the order of cases does not matter', () => {
  fc.assert(
    fc.property(scores, fc.boolean(), (rows, clustered) => {
      const [ours, theirs] = samplesOf(rows, clustered);
      const [turned, turnedTheirs] = samplesOf([...rows].reverse(), clustered);
      near(compare(ours, theirs).low, compare(turned, turnedTheirs).low);
      near(estimateSample(ours).low, estimateSample(turned).low);
    }),
    { numRuns: 40 },
  );
});

test('pairs are by id, and only cases with a score on both sides count', () => {
  const pairs = pairById(['b', 'x', 'a'], ['a', 'b']);
  assert.deepEqual([...pairs], [1, -1, 0]);
  const made = compareSamples(
    sampleOfValues(RATING, [0.9, 0.1, Number.NaN]),
    sampleOfValues(RATING, [0, 0.5]),
    {
      pairs,
    },
  );
  assert.equal(made.n, 1);
  near(made.improvement, 0.4);
});

test('steadiness by Wilson’s bounds, pass@k and pass^k without bias', () => {
  assert.equal(steadinessOfCase({ passed: 3, n: 3 }), 'stable-pass');
  assert.equal(steadinessOfCase({ passed: 99, n: 100 }), 'stable-pass');
  assert.equal(steadinessOfCase({ passed: 4, n: 5 }), 'flaky');
  assert.equal(steadinessOfCase({ passed: 0, n: 2 }), 'stable-fail');
  const values = Float64Array.of(1, 1, 1, 1, 0, 1, 0, 0, 0, 1, Number.NaN, Number.NaN);
  const found = steadinessOf({ metric: 'exact', trials: 3, values });
  assert.deepEqual([found.stablePass, found.flaky, found.stableFail], [1, 1, 1]);
  assert.deepEqual(
    found.passAtK.map(({ k }) => k),
    [1, 2, 3],
  );
  near(found.passAtK[2].hat, 1 / 3);
});
