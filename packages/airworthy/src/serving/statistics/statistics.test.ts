import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createVirtualClock } from '../../kernel/clock.ts';
import { createStatistics } from './create-statistics.ts';
import { LATENCY_BUCKETS, latencyBucketOf, quantileMs } from './latency-buckets.ts';
import type { RequestFigures } from './request-figures.ts';

const START = Date.UTC(2001, 1, 1);

function figures(at: number, changes: Partial<RequestFigures> = {}): RequestFigures {
  const ids = { traceId: 'a'.repeat(32), parentSpanId: null };
  const release = { ...ids, endpoint: 'flights', model: 'flights', version: 1, arm: 'champion' };
  const stages: RequestFigures['stages'] = [];
  const times = { queueUs: 100, inputUs: 10, inferUs: 200, totalUs: 400 };
  return {
    ...release,
    outcome: 'answered',
    code: null,
    records: 1,
    batch: 1,
    ...times,
    stages,
    at,
    ...changes,
  };
}

test('a quantile is within 3.2 % of the value that has its rank', () => {
  const latencies = fc.array(fc.integer({ min: 1, max: 2 ** 31 - 1 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(latencies, fc.constantFrom(0.5, 0.95, 0.99, 1), (values, quantile) => {
      const counts = new Uint32Array(LATENCY_BUCKETS);
      for (const value of values) counts[latencyBucketOf(value)]++;
      const exact = values.sort((a, b) => a - b)[Math.ceil(quantile * values.length) - 1];
      const found = quantileMs(counts, quantile)! * 1_000;
      assert.ok(Math.abs(found - exact) <= Math.max(0.5, exact * 0.032), `${found} for ${exact}`);
    }),
  );
  assert.equal(quantileMs(new Uint32Array(LATENCY_BUCKETS), 0.5), null);
  assert.equal(latencyBucketOf(Number.NaN), 0);
  assert.equal(latencyBucketOf(Number.POSITIVE_INFINITY), LATENCY_BUCKETS - 1);
});

test('totals say what a release did: a run that requests shared counts once', () => {
  const statistics = createStatistics(createVirtualClock(START));
  for (let index = 0; index < 4; index++) statistics.count(figures(START, { batch: 8, records: 2 }));
  statistics.count(figures(START, { outcome: 'refused', code: 'RECORD_INVALID', totalUs: 50 }));
  statistics.count(figures(START + 5, { version: 2, batch: 70, records: 70 }));
  const [first, second] = statistics.read();
  assert.deepEqual(first.outcomes, { answered: 4, refused: 1, failed: 0, shed: 0, late: 0, left: 0 });
  assert.deepEqual(first.codes, { RECORD_INVALID: 1 });
  assert.deepEqual(
    [first.records, first.runs, first.queueUs, first.outputUs, first.totalUs, first.failedUs],
    [8, 1, 400, 360, 1_600, 50],
  );
  assert.deepEqual(first.batches, [{ size: 8, runs: 1, inputUs: 40, inferUs: 800, outputUs: 360 }]);
  assert.deepEqual([second.version, second.batches[0].size, second.lastAt], [2, 128, START + 5]);
});

test('arms over a window: rate, latencies, failures and who waits; the past leaves it', () => {
  const clock = createVirtualClock(START);
  const statistics = createStatistics(clock);
  for (let second = 0; second < 20; second++) {
    clock.moveTo(START + second * 1_000);
    for (let index = 0; index < 10; index++) statistics.count(figures(clock.now(), { queueUs: 50_000 }));
    statistics.count(figures(clock.now(), { outcome: 'failed', code: 'INTERNAL' }));
    statistics.count(figures(clock.now(), { outcome: 'shed', code: 'OVERLOADED', arm: 'challenger' }));
  }
  clock.moveTo(START + 20_000);
  const [challenger, champion] = statistics.arms('flights', 1);
  assert.deepEqual([challenger.arm, challenger.shed, challenger.p50Ms], ['challenger', 20, null]);
  assert.deepEqual([champion.requests, champion.failures, champion.rate], [220, 20, 11]);
  assert.ok(Math.abs(champion.p50Ms! - 0.4) < 0.013, `${champion.p50Ms}`);
  // Ten requests a second that wait for 50 ms each: half a request waits at any time.
  assert.ok(Math.abs(champion.queue - 0.5) < 0.01, `${champion.queue}`);
  const points = statistics.series('flights', 1).filter(({ arm }) => arm === 'champion');
  assert.deepEqual(
    points.map(({ at, rate }) => [at, rate]),
    Array.from({ length: 20 }, (_, second) => [START + second * 1_000, 11]),
  );
  assert.deepEqual(
    statistics
      .series('flights', 30)
      .filter(({ arm }) => arm === 'champion')
      .map(({ rate }) => rate),
    [11, 11],
  );
  clock.moveTo(START + 6 * 60_000);
  assert.deepEqual(statistics.arms('flights', 1), []);
  assert.equal(statistics.arms('flights', 60).length, 2);
  assert.equal(statistics.series('unknown', 60).length, 0);
});

test('a day of requests and a thousand releases take no more room than an hour and the newest of them', () => {
  const clock = createVirtualClock(START);
  const statistics = createStatistics(clock);
  for (let minute = 0; minute < 24 * 60; minute++) {
    clock.moveTo(START + minute * 60_000);
    statistics.count(figures(clock.now()));
  }
  assert.equal(statistics.series('flights', 60).length, 60);
  for (let version = 2; version < 1_000; version++)
    statistics.count(figures(clock.now() + version, { version }));
  assert.equal(statistics.read().length, 128);
  assert.equal(statistics.read().at(-1)?.version, 999);
});
