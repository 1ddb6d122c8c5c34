import type { Width } from '../schema.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Zones change their offset at quarters of an hour, so that within one an offset holds. */
const QUARTER_MS = HOUR_MS / 4;
/** Offsets and days that are remembered: bounded, as times of any year may come. */
const MEMORY = 1_000;

/** A stretch of time in milliseconds since the epoch; the end is not in it. */
export interface Span {
  start: number;
  end: number;
}

/** Hours, days and weeks (from Monday) as they are in one time zone. */
export interface Calendar {
  /** The window of that width that a time is in. Days of 23 and 25 hours have the hours they have. */
  windowOf(width: Width, time: number): Span;
}

/**
 * The calendar of an IANA time zone.
 *
 * @example
 * const { start, end } = createCalendar('Europe/Berlin').windowOf('day', Date.UTC(2026, 2, 29, 12));
 * (end - start) / 3_600_000; // 23: clocks went forward
 */
export function createCalendar(timeZone: string): Calendar {
  const offsetAt = remember(createOffsets(timeZone), (time) => Math.floor(time / QUARTER_MS));
  const dayOf = (time: number) => Math.floor((time + offsetAt(time)) / DAY_MS);
  const startOfDay = remember(
    (day) => firstMomentOf(day, dayOf),
    (day) => day,
  );
  const days = (first: number, count: number) => ({
    start: startOfDay(first),
    end: startOfDay(first + count),
  });
  return {
    windowOf(width, time) {
      if (width === 'hour') {
        const offset = offsetAt(time);
        const start = Math.floor((time + offset) / HOUR_MS) * HOUR_MS - offset;
        return { start, end: start + HOUR_MS };
      }
      const day = dayOf(time);
      if (width === 'day') return days(day, 1);
      // Day 0, 1 January 1970, was a Thursday.
      return days(day - ((((day + 3) % 7) + 7) % 7), 7);
    },
  };
}

/** How far local time is ahead of UTC, in milliseconds. */
function createOffsets(timeZone: string): (time: number) => number {
  if (timeZone === 'UTC') return () => 0;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (time) => {
    const second = Math.floor(time / 1_000) * 1_000;
    const parts = new Map(format.formatToParts(second).map(({ type, value }) => [type, value]));
    const part = (name: Intl.DateTimeFormatPartTypes) => Number(parts.get(name));
    const year = parts.get('era') === 'BC' ? 1 - part('year') : part('year');
    const local = new Date(0);
    local.setUTCFullYear(year, part('month') - 1, part('day'));
    local.setUTCHours(part('hour'), part('minute'), part('second'));
    return local.getTime() - second;
  };
}

/** The first moment of a local day, which need not be midnight: some zones go forward at midnight. */
function firstMomentOf(day: number, dayOf: (time: number) => number): number {
  // No zone is further than 15 hours from UTC.
  let before = day * DAY_MS - 15 * HOUR_MS;
  let after = day * DAY_MS + 15 * HOUR_MS;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (dayOf(middle) >= day) after = middle;
    else before = middle;
  }
  return after;
}

function remember(compute: (value: number) => number, keyOf: (value: number) => number) {
  const known = new Map<number, number>();
  return (value: number): number => {
    const key = keyOf(value);
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= MEMORY) known.clear();
    const computed = compute(value);
    known.set(key, computed);
    return computed;
  };
}
