import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { datePart, parseTimestamp } from './timestamps.ts';

const anyTime = fc.double({ min: -8.64e15, max: 8.64e15, noNaN: true });
const ofCenturies = fc.integer({ min: Date.UTC(1600, 0, 1), max: Date.UTC(2400, 11, 31) });

test("parts of a date are those of JavaScript's calendar, before 1970 and for fractions too", () => {
  const check = (drawn: number) => {
    const time = drawn + 0; // no -0
    const date = new Date(Math.floor(time));
    const year = date.getUTCFullYear();
    const newYear = new Date(0).setUTCFullYear(year, 0, 1);
    const midnight = new Date(date).setUTCHours(0, 0, 0, 0);
    assert.equal(datePart('hour', time), date.getUTCHours());
    assert.equal(datePart('minute-of-day', time), date.getUTCHours() * 60 + date.getUTCMinutes());
    assert.equal(datePart('weekday', time), date.getUTCDay());
    assert.equal(datePart('day', time), date.getUTCDate());
    assert.equal(datePart('month', time), date.getUTCMonth() + 1);
    assert.equal(datePart('epoch-day', time) * 86_400_000, midnight);
    if (!Number.isNaN(newYear))
      assert.equal(datePart('day-of-year', time), (midnight - newYear) / 86_400_000 + 1);
  };
  fc.assert(fc.property(ofCenturies, check), { numRuns: 2000 });
  fc.assert(fc.property(anyTime, check), { numRuns: 500 });
});

test('what is no time has no parts', () => {
  for (const time of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 8.64e15 + 2, 1e300]) {
    for (const part of ['hour', 'weekday', 'month', 'day-of-year', 'epoch-day'] as const) {
      assert.ok(Number.isNaN(datePart(part, time)));
    }
  }
});

test('ISO 8601 text that JavaScript writes is read back to the millisecond', () => {
  const years = fc.integer({ min: Date.UTC(100, 0, 1), max: Date.UTC(9999, 11, 31) });
  fc.assert(
    fc.property(years, (time) => {
      assert.equal(parseTimestamp(new Date(time).toISOString()), time);
    }),
  );
});

const readable: [text: string, time: string][] = [
  ['2001-02-03', '2001-02-03T00:00:00.000Z'],
  ['2001-02-03T17:40', '2001-02-03T17:40:00.000Z'],
  ['2001-02-03 17:40:10', '2001-02-03T17:40:10.000Z'],
  ['2001-02-03t17:40:10z', '2001-02-03T17:40:10.000Z'],
  ['2001-02-03T17:40:10.123456789Z', '2001-02-03T17:40:10.123Z'],
  ['2001-02-03T17:40:10.5+02:00', '2001-02-03T15:40:10.500Z'],
  ['2001-02-03T17:40:10-0330', '2001-02-03T21:10:10.000Z'],
  ['2001-02-03T17:40:10+05', '2001-02-03T12:40:10.000Z'],
  ['1996-02-29T23:59:60Z', '1996-03-01T00:00:00.000Z'],
];

for (const [text, time] of readable) {
  test(`"${text}" is ${time}, wherever the machine stands`, () => {
    assert.equal(new Date(parseTimestamp(text)).toISOString(), time);
  });
}

test('text that is no time is NaN', () => {
  const wrong = [
    '',
    'yesterday',
    '2001-02-29',
    '2001-13-01',
    '2001-02-03T24:00:00Z',
    '2001-02-03T10:60Z',
    '03.02.2001',
    '2001-02-03T10:00:00+25:00',
  ];
  for (const text of wrong) assert.ok(Number.isNaN(parseTimestamp(text)), text);
});
