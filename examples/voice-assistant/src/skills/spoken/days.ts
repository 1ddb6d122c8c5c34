import { readNumber, splitWords } from './numbers.ts';

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** Days of the year that have a name: month from 1, day. */
const FEASTS: ReadonlyMap<string, readonly [month: number, day: number]> = new Map([
  ['christmas', [12, 25]],
  ['christmas eve', [12, 24]],
  ['christmas day', [12, 25]],
  ['halloween', [10, 31]],
  ["new year's eve", [12, 31]],
  ["new year's day", [1, 1]],
]);

/** Words before a day, and the parts of one: neither changes the date. */
const BEFORE = /\b(on|at|in the|over the|this|the|later|early|around|after|before|coming)\b/g;
const PARTS = /\b(morning|afternoon|evening|night|noon|lunch|midday)\b/g;

/**
 * The date that `tomorrow morning`, `on saturday afternoon`, `next week`, `in two days` mean, counted from today.
 *
 * @param today `2026-03-02`, as the house has it
 * @returns `2026-03-03`, or null where no day can be made of the words
 */
export function parseDay(phrase: string, today: string): string | null {
  const offset = offsetOf(splitWords(phrase).join(' '), today);
  return offset === null ? null : addDays(today, offset);
}

function offsetOf(phrase: string, today: string): number | null {
  const counted = countOf(/^in (.+) days?$/.exec(phrase)?.[1] ?? '');
  if (counted !== null) return counted;
  const named = phrase.replaceAll(BEFORE, ' ').trim();
  const bare = named.replaceAll(PARTS, ' ').replaceAll(/\s+/g, ' ').trim();
  if ((bare === '' && named !== '') || /^(now|right now|today|tonight|next few days)$/.test(bare)) return 0;
  if (phrase === 'later') return 0;
  if (bare === 'tomorrow') return 1;
  if (bare === 'day tomorrow') return phrase.includes('day after tomorrow') ? 2 : null;
  const weekday = weekdayOf(today);
  if (bare === 'weekend') return (6 - weekday + 7) % 7;
  if (bare === 'week') return weekday === 0 ? 0 : 1;
  if (bare === 'next week') return (1 - weekday + 7) % 7 || 7;
  if (bare === 'next weekend') return ((6 - weekday + 7) % 7) + 7;
  const day = WEEKDAYS.indexOf(bare.replace(/^next /, '').replace(/s$/, ''));
  if (day >= 0) return (day - weekday + 7) % 7 || (bare.startsWith('next ') ? 7 : 0);
  return feastOf(bare, today);
}

function countOf(words: string): number | null {
  const text = words.replace(/^a couple of$/, 'two').replace(/^a$/, 'one');
  const parts = splitWords(text);
  const number = readNumber(parts, 0);
  return number !== null &&
    number.next === parts.length &&
    Number.isInteger(number.value) &&
    number.value <= 365
    ? number.value
    : null;
}

function feastOf(name: string, today: string): number | null {
  const feast = FEASTS.get(name);
  if (feast === undefined) return null;
  const year = Number(today.slice(0, 4));
  const start = Date.parse(`${today}T00:00:00Z`);
  const days = [year, year + 1].map((each) => (Date.UTC(each, feast[0] - 1, feast[1]) - start) / 86_400_000);
  return days.find((offset) => offset >= 0) ?? null;
}

function weekdayOf(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay();
}

function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** `2026-03-02` where the clocks of a zone are. */
export function dateIn(timeZone: string, at: Date): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(at);
}
