import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bonettPrice,
  clopperPearson,
  combineIntervals,
  type Interval,
  meanWithClusteredT,
  meanWithT,
  pairedSampleSize,
  quantileInterval,
  unseenShare,
  wilson,
} from './intervals.ts';
import { createRandom } from './random.ts';

/** Compares to the digits that were published. */
function assertInterval(
  { low, high }: Interval,
  [expectedLow, expectedHigh]: number[],
  digits: number,
): void {
  assert.equal(low.toFixed(digits), expectedLow.toFixed(digits));
  assert.equal(high.toFixed(digits), expectedHigh.toFixed(digits));
}

test('published intervals of proportions', () => {
  const published: [number, number, number[], number[]][] = [
    [8, 10, [0.490162, 0.943318], [0.443905, 0.974789]],
    [81, 263, [0.255289, 0.36621], [0.252737, 0.367622]],
    [15, 148, [0.062386, 0.160487], [0.057844, 0.16165]],
    [0, 20, [0, 0.161125], [0, 0.168433]],
    [29, 29, [0.88303, 1], [0.880555, 1]],
    [95, 100, [0.88825, 0.978456], [0.887165, 0.983568]],
  ];
  for (const [hits, n, score, exact] of published) {
    assertInterval(wilson(hits, n), score, 6);
    assertInterval(clopperPearson(hits, n), exact, 6);
  }
  assertInterval(wilson(45, 50), [0.7863976856, 0.9565242351], 10);
  assertInterval(clopperPearson(45, 50), [0.7818646336, 0.9667249064], 10);
});

test('Bonett-Price, also where no row differs', () => {
  assertInterval(bonettPrice(2, 9, 100), [-0.136617, -0.000638], 6);
  assertInterval(bonettPrice(0, 0, 200), [-0.013722, 0.013722], 6);
  assertInterval(bonettPrice(6, 1, 50), [-0.013859, 0.206167], 6);
});

test('what may still be unseen is the Clopper-Pearson bound of none in n', () => {
  assert.ok(Math.abs(unseenShare(20) - clopperPearson(0, 20).high) < 1e-14);
  assert.ok(Math.abs(unseenShare(600_000) - clopperPearson(0, 600_000).high) < 1e-16);
});

const DIFFERENCES = Float64Array.of(0, -1, 0, 0, 0, 0, -1, 0, 0, -1, 0, 0);

test('a paired mean, plain and clustered', () => {
  const plain = meanWithT(DIFFERENCES);
  assert.equal(plain.value, -0.25);
  assert.equal(plain.standardError.toFixed(10), '0.1305582420');
  assertInterval(plain, [-0.5373567531, 0.0373567531], 10);
  const clustered = meanWithClusteredT(DIFFERENCES, Int32Array.of(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3));
  assert.equal(clustered.standardError.toFixed(10), '0.0833333333');
  assertInterval(clustered, [-0.5152038588, 0.0152038588], 10);
});

test('repeating every row inside its cluster changes nothing', () => {
  const once = meanWithClusteredT(
    DIFFERENCES,
    Int32Array.from(DIFFERENCES, (_, row) => row),
  );
  const twice = meanWithClusteredT(
    Float64Array.of(...DIFFERENCES, ...DIFFERENCES),
    Int32Array.from({ length: 24 }, (_, row) => row % 12),
  );
  assert.ok(Math.abs(once.standardError - twice.standardError) < 1e-15);
  assert.ok(Math.abs(once.low - twice.low) < 1e-14);
});

test('one value, or one cluster, has no interval', () => {
  assert.deepEqual(
    [meanWithT(Float64Array.of(3)).low, meanWithClusteredT(DIFFERENCES, new Int32Array(12)).high],
    [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  );
});

test('combined intervals of one part are that part', () => {
  const combined = combineIntervals([{ weight: 1, value: 0.5, interval: { low: 0.25, high: 0.625 } }]);
  assert.deepEqual([combined.low, combined.value, combined.high], [0.25, 0.5, 0.625]);
});

test('the interval of a median is that of the textbook', () => {
  const sorted = Float64Array.from({ length: 20 }, (_, index) => index + 1);
  assert.deepEqual(quantileInterval(sorted, 0.5), { low: 6, high: 15 });
});

test('intervals of a quantile cover it as often as they say', () => {
  const random = createRandom(5);
  let covered = 0;
  for (let round = 0; round < 2000; round++) {
    const sorted = Float64Array.from({ length: 60 }, () => random.next()).sort();
    const { low, high } = quantileInterval(sorted, 0.75);
    if (low <= 0.75 && high >= 0.75) covered++;
  }
  assert.ok(covered >= 1890 && covered <= 1960, `${covered} of 2000`);
});

test('sample sizes of paired proportions', () => {
  assert.deepEqual(
    [
      pairedSampleSize(0.1, 0.02),
      pairedSampleSize(0.1, 0.05),
      pairedSampleSize(0.2, 0.05),
      pairedSampleSize(0.05, 0.01),
    ],
    [1955, 307, 621, 3917],
  );
});
