import type { DatePart } from './model.ts';
import type { BoundedPart } from './table.ts';

const DAY_MS = 86_400_000;
/** Days from 0000-03-01 to 1970-01-01. */
const MARCH_EPOCH = 719_468;
const ISO_8601 =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s?([Zz]|[+-]\d{2}(?::?\d{2})?)?)?$/;

/**
 * Milliseconds since the epoch, UTC; NaN when unreadable. Takes ISO 8601 text (a date, or date and time; no zone
 * means UTC, so that the machine's own zone never matters), milliseconds, or a Date. Digits beyond the
 * millisecond are cut off; a leap second counts as the first second of the next minute. Milliseconds come back as
 * they are.
 *
 * @example
 * parseTimestamp('2001-02-03T17:40:00Z'); // 981222000000
 * parseTimestamp('yesterday'); // NaN
 */
export function parseTimestamp(value: unknown): number {
  if (typeof value === 'string') return parseIso(value);
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return value instanceof Date ? value.getTime() : Number.NaN;
}

function parseIso(text: string): number {
  const match = ISO_8601.exec(text);
  if (match === null) return Number.NaN;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return Number.NaN;
  const date = epochDayOf(year, month, day) * DAY_MS;
  return match[4] === undefined ? date : date + timeOfDay(match) - zoneOffset(match[8]);
}

function timeOfDay(match: RegExpExecArray): number {
  const [hour, minute, second] = [Number(match[4]), Number(match[5]), Number(match[6] ?? 0)];
  if (hour > 23 || minute > 59 || second > 60) return Number.NaN;
  const milliseconds = match[7] === undefined ? 0 : Number(match[7].slice(0, 3).padEnd(3, '0'));
  return ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds;
}

function zoneOffset(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', ''));
  if (hours > 23 || minutes > 59) return Number.NaN;
  return (zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

const isLeapYear = (year: number) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** Days since 1970-01-01 of a proleptic Gregorian date; years are counted from March, so that a leap day comes last. */
function epochDayOf(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const marchMonth = month <= 2 ? month + 9 : month - 3;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return 365 * marchYear + leapDays + Math.floor((153 * marchMonth + 2) / 5) + day - 1 - MARCH_EPOCH;
}

/** Every part but the open-ended epoch-day takes the whole numbers of a small range, ends included. */
export const DATE_PART_RANGES: Readonly<Record<BoundedPart, readonly [number, number]>> = {
  hour: [0, 23],
  'minute-of-day': [0, 1439],
  weekday: [0, 6],
  day: [1, 31],
  month: [1, 12],
  'day-of-year': [1, 366],
};

/** The last millisecond a Date can hold, and the first one negated: what lies beyond is no time, hence missing. */
export const LAST_TIME = 8.64e15;

/**
 * A part of a UTC timestamp in milliseconds, NaN where that is no time. Only floors, products and differences of
 * doubles, exact over the whole range of a Date and before 1970 too: the ONNX graph computes the same formulas.
 *
 * @example
 * datePart('weekday', Date.UTC(2001, 1, 3)); // 6, a Saturday
 */
export function datePart(part: DatePart, milliseconds: number): number {
  const time = Math.abs(milliseconds) <= LAST_TIME ? Math.floor(milliseconds) : Number.NaN;
  const epochDay = Math.floor(time / DAY_MS);
  switch (part) {
    case 'epoch-day':
      return epochDay;
    case 'hour':
      return Math.floor((time - epochDay * DAY_MS) / 3_600_000);
    case 'minute-of-day':
      return Math.floor((time - epochDay * DAY_MS) / 60_000);
    case 'weekday':
      return epochDay + 4 - Math.floor((epochDay + 4) / 7) * 7;
    default:
      return calendarPart(part, epochDay);
  }
}

/**
 * Day, month and day of year from the epoch day, by counting years from March within eras of 400 years
 * (the method of H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
 */
function calendarPart(part: 'day' | 'month' | 'day-of-year', epochDay: number): number {
  const shifted = epochDay + MARCH_EPOCH;
  const dayOfEra = shifted - Math.floor(shifted / 146_097) * 146_097;
  const leapDays =
    Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const century = Math.floor(yearOfEra / 100);
  const quadrennium = Math.floor(yearOfEra / 4);
  const dayOfMarchYear = dayOfEra - (365 * yearOfEra + quadrennium - century);
  const marchMonth = Math.floor((5 * dayOfMarchYear + 2) / 153);
  if (part === 'day') return dayOfMarchYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  if (part === 'month') return marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  if (dayOfMarchYear >= 306) return dayOfMarchYear - 305;
  const leap = yearOfEra - quadrennium * 4 === 0 && (yearOfEra - century * 100 !== 0 || yearOfEra === 0);
  return dayOfMarchYear + (leap ? 61 : 60);
}
