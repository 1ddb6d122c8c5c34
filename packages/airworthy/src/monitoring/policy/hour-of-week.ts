const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
/** A week ago by the clock on the wall is up to an hour off where clocks were changed in between. */
const SHIFTS = [0, HOUR_MS, -HOUR_MS, HOUR_MS / 2, -HOUR_MS / 2];

/**
 * The starts of the same hour of the week in the weeks before, newest first, by the wall clock of a time zone. A week in
 * which clocks went forward over that hour has none.
 *
 * @example
 * sameHoursBefore(Date.UTC(2026, 2, 30, 7), 'Europe/Berlin', 1); // [Date.UTC(2026, 2, 23, 8)]: clocks went forward
 */
export function sameHoursBefore(start: number, timeZone: string, weeks: number): number[] {
  const hourOfWeek = wallClock(timeZone);
  const asked = hourOfWeek(start);
  const found: number[] = [];
  for (let week = 1; week <= weeks; week++) {
    const shift = SHIFTS.find((each) => hourOfWeek(start - week * WEEK_MS + each) === asked);
    if (shift !== undefined) found.push(start - week * WEEK_MS + shift);
  }
  return found;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Weekday, hour and minute as the wall clock has them: `Mon 09:00`. */
function wallClock(timeZone: string): (time: number) => string {
  const format =
    clocks.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  clocks.set(timeZone, format);
  return (time) => format.format(time);
}
