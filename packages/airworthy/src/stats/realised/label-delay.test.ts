import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '../random.ts';
import { addCount } from '../sketches/sparse-counts.ts';
import { type DelayCounts, delayBinEnd, delayBinOf, learnDelays, maturityOf } from './label-delay.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test('a delay is in the first bin that ends after it, bins a fifth longer each', () => {
  assert.equal(delayBinOf(-5), 0);
  assert.equal(delayBinOf(1_000), 0);
  assert.equal(delayBinEnd(delayBinOf(1000 * DAY)), Number.POSITIVE_INFINITY);
  fc.assert(
    fc.property(fc.double({ min: 1_001, max: 400 * DAY, noNaN: true }), (delay) => {
      const bin = delayBinOf(delay);
      assert.ok(delay <= delayBinEnd(bin) * (1 + 1e-12) && delay > delayBinEnd(bin - 1) * (1 - 1e-12));
      assert.ok(delayBinEnd(bin) / delayBinEnd(bin - 1) < 1.2);
    }),
  );
});

/** Windows of 1,000 predictions an hour, of which 80 % get a label after an exponential time of mean 10 hours. */
function windowsUntil(now: number, hours: number) {
  const random = createRandom('delays');
  return Array.from({ length: hours }, (_, hour) => {
    const age = now - (hour + 1) * HOUR;
    const delays: DelayCounts = {};
    for (let row = 0; row < 1_000; row++) {
      const delay = random.next() < 0.8 ? -10 * HOUR * Math.log(1 - random.next()) : Number.POSITIVE_INFINITY;
      if (delay <= age) addCount(delays, delayBinOf(delay), 1);
    }
    return { age, predictions: 1_000, delays };
  });
}

test('the curve is the true one, however many windows are young', () => {
  const curve = learnDelays(windowsUntil(96 * HOUR, 95)) ?? assert.fail();
  assert.ok(Math.abs(curve.eventually - 0.8) < 0.01, `${curve.eventually}`);
  for (const [index, at] of curve.at.entries()) {
    const truth = 0.8 * (1 - Math.exp(-at / (10 * HOUR)));
    assert.ok(Math.abs(curve.share[index] - truth) < 0.01, `${at}: ${curve.share[index]}, truly ${truth}`);
  }
});

test('young windows do not make labels look rarer than they are', () => {
  const windows = windowsUntil(48 * HOUR, 47);
  const counts = windows.flatMap(({ delays }) => Object.values(delays));
  assert.ok(counts.reduce((sum, count) => sum + count, 0) / 47_000 < 0.65);
  assert.ok(Math.abs((learnDelays(windows)?.eventually ?? 0) - 0.8) < 0.02);
});

test('it never falls, and needs windows that are old enough', () => {
  assert.equal(learnDelays([]), null);
  assert.equal(learnDelays([{ age: DAY, predictions: 100, delays: {} }]), null);
  assert.equal(learnDelays([{ age: 10, predictions: 100, delays: { 0: 5 } }]), null);
  const curve = learnDelays(windowsUntil(48 * HOUR, 47)) ?? assert.fail();
  assert.ok(curve.share.every((share, index) => index === 0 || share >= curve.share[index - 1]));
});

test('a window matures with its labels, and is mature when their time is over', () => {
  const curve = { at: [HOUR, DAY], share: [0.4, 0.8], eventually: 0.8 };
  const window = { end: 0, predictions: 100, labels: 20 };
  assert.equal(maturityOf(window, curve, HOUR), 0.25);
  assert.equal(maturityOf({ ...window, labels: 90 }, curve, HOUR), 1);
  assert.equal(maturityOf({ ...window, labels: 60 }, curve, DAY - 1), 0.75);
  assert.equal(maturityOf({ ...window, labels: 60 }, curve, DAY), 1);
  // Held up, not absent.
  assert.equal(maturityOf({ ...window, labels: 20 }, curve, 10 * DAY), 0.25);
  assert.equal(maturityOf({ end: 0, predictions: 0, labels: 0 }, curve, HOUR), 1);
});
