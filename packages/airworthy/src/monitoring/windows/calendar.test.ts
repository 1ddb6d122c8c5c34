import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Width } from '../schema.ts';
import { createCalendar } from './calendar.ts';

const HOUR = 3_600_000;
const hours = ({ start, end }: { start: number; end: number }) => (end - start) / HOUR;

test('days begin at midnight where the project is, and have the hours they have', () => {
  const berlin = createCalendar('Europe/Berlin');
  assert.deepEqual(berlin.windowOf('day', Date.UTC(2026, 0, 10, 23, 30)), {
    start: Date.UTC(2026, 0, 10, 23),
    end: Date.UTC(2026, 0, 11, 23),
  });
  assert.equal(hours(berlin.windowOf('day', Date.UTC(2026, 2, 29, 12))), 23);
  assert.equal(hours(berlin.windowOf('day', Date.UTC(2026, 9, 25, 12))), 25);
  assert.equal(hours(berlin.windowOf('week', Date.UTC(2026, 2, 29, 12))), 167);
});

test('weeks begin on Monday, also before 1970', () => {
  const utc = createCalendar('UTC');
  const monday = (time: number) => new Date(utc.windowOf('week', time).start).toISOString();
  assert.equal(monday(Date.UTC(2001, 1, 4, 12)), '2001-01-29T00:00:00.000Z');
  assert.equal(monday(Date.UTC(2001, 1, 5)), '2001-02-05T00:00:00.000Z');
  assert.equal(monday(Date.UTC(1969, 11, 28)), '1969-12-22T00:00:00.000Z');
});

test('an hour begins where the clock on the wall shows a full one', () => {
  const kolkata = createCalendar('Asia/Kolkata');
  assert.equal(kolkata.windowOf('hour', Date.UTC(2026, 0, 1, 12, 45)).start, Date.UTC(2026, 0, 1, 12, 30));
});

test('a day that has no midnight begins with its first moment', () => {
  // In Beirut clocks went from 24:00 to 01:00.
  const { start, end } = createCalendar('Asia/Beirut').windowOf('day', Date.UTC(2021, 2, 28, 12));
  assert.equal(new Date(start).toISOString(), '2021-03-27T22:00:00.000Z');
  assert.equal((end - start) / HOUR, 23);
});

test('property: windows hold their time, follow each other, and hours lie in one day', () => {
  const zones = [
    'UTC',
    'Europe/Berlin',
    'America/Sao_Paulo',
    'Asia/Kathmandu',
    'Pacific/Apia',
    'America/St_Johns',
  ];
  const calendars = zones.map(createCalendar);
  const time = fc.integer({ min: Date.UTC(1985, 0, 1), max: Date.UTC(2040, 0, 1) });
  const width = fc.constantFrom<Width>('hour', 'day', 'week');
  fc.assert(
    fc.property(fc.constantFrom(...calendars), width, time, (calendar, of, at) => {
      const { start, end } = calendar.windowOf(of, at);
      assert.ok(start <= at && at < end);
      assert.equal(calendar.windowOf(of, start).start, start);
      if (of === 'hour') {
        assert.equal(calendar.windowOf('day', start).start, calendar.windowOf('day', at).start);
      } else {
        assert.equal(calendar.windowOf(of, end - 1).start, start);
        assert.equal(calendar.windowOf(of, end).start, end);
      }
    }),
  );
});
