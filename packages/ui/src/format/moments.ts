/** Times are milliseconds since the epoch; people read them in their own zone. */

const dayFormat = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
const minuteFormat = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

const shortFormat = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** For places with little room: without the year. */
export function localShort(time: number): string {
  return shortFormat.format(time);
}

export function localDay(time: number): string {
  return dayFormat.format(time);
}

export function localMinute(time: number): string {
  return minuteFormat.format(time);
}

/** '2001-03-04 11:04:09 UTC'. */
export function utc(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

const STEPS: readonly (readonly [number, Intl.RelativeTimeFormatUnit])[] = [
  [60_000, 'second'],
  [3_600_000, 'minute'],
  [86_400_000, 'hour'],
  [30 * 86_400_000, 'day'],
  [365 * 86_400_000, 'month'],
  [Number.POSITIVE_INFINITY, 'year'],
];

const SIZES: Partial<Record<Intl.RelativeTimeFormatUnit, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  month: 30 * 86_400_000,
  year: 365 * 86_400_000,
};

const relativeFormat = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** '3 hours ago', by the server's clock: in a rehearsal that is not this machine's. */
export function ago(time: number, now: number): string {
  const distance = time - now;
  const unit = STEPS.find(([below]) => Math.abs(distance) < below)?.[1] ?? 'year';
  return relativeFormat.format(Math.round(distance / (SIZES[unit] ?? 1)), unit);
}
