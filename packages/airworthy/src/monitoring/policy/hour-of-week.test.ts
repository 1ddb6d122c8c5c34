import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sameHoursBefore } from './hour-of-week.ts';

const HOUR = 3_600_000;
const WEEK = 168 * HOUR;
const iso = (times: number[]) => times.map((time) => new Date(time).toISOString().slice(0, 16));

test('in UTC they are whole weeks apart', () => {
  const start = Date.UTC(2026, 5, 3, 4);
  assert.deepEqual(
    sameHoursBefore(start, 'UTC', 4),
    [1, 2, 3, 4].map((week) => start - week * WEEK),
  );
});

test('across a change of clocks it is the wall clock’s hour', () => {
  // Clocks go forward on 29 March 2026 in Berlin, back on 25 October.
  assert.deepEqual(iso(sameHoursBefore(Date.parse('2026-03-30T07:00Z'), 'Europe/Berlin', 1)), [
    '2026-03-23T08:00',
  ]);
  assert.deepEqual(iso(sameHoursBefore(Date.parse('2026-10-26T08:00Z'), 'Europe/Berlin', 1)), [
    '2026-10-19T07:00',
  ]);
  // Half an hour on Lord Howe Island.
  assert.deepEqual(iso(sameHoursBefore(Date.parse('2026-04-06T00:30Z'), 'Australia/Lord_Howe', 1)), [
    '2026-03-30T00:00',
  ]);
});

test('a week in which the clock skipped that hour has none', () => {
  const half = Date.parse('2026-04-05T00:30Z');
  assert.deepEqual(sameHoursBefore(half, 'Europe/Berlin', 1).length, 0);
  assert.deepEqual(iso(sameHoursBefore(half, 'Europe/Berlin', 2)), ['2026-03-22T01:30']);
});

test('anywhere and any time: at most one a week, less than two hours from a week ago', () => {
  const zones = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
  );
  fc.assert(
    fc.property(zones, fc.integer({ min: 0, max: 60_000 }), (zone, quarter) => {
      const start = Date.UTC(2024, 0, 1) + quarter * (HOUR / 4);
      const found = sameHoursBefore(start, zone, 4);
      for (const time of found)
        assert.ok(
          Math.abs(((start - time) % WEEK) - WEEK * Number((start - time) % WEEK > WEEK / 2)) <= HOUR,
        );
      assert.equal(new Set(found).size, found.length);
    }),
    { numRuns: 200 },
  );
});
