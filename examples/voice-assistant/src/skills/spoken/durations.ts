import type { NumberRead } from './numbers.ts';
import { readFraction, readNumber, splitWords } from './numbers.ts';

const UNITS: ReadonlyMap<string, number> = new Map(
  (
    [
      ['second', 1],
      ['minute', 60],
      ['hour', 3600],
      ['day', 86_400],
    ] as const
  ).flatMap(([name, seconds]) => [[name, seconds] as const, [`${name}s`, seconds] as const]),
);

const SMALLER: ReadonlyMap<number, number> = new Map([
  [3600, 60],
  [60, 1],
]);

/** Seconds in `an hour and a half`, `six minutes and thirty seconds`, `three quarters of an hour`; null where it is no duration. */
export function parseDuration(phrase: string): number | null {
  const words = splitWords(phrase);
  let total = 0;
  let unit: number | null = null;
  let next = 0;
  while (next < words.length) {
    if (unit !== null && words[next] === 'and') next += 1;
    const part = readPart(words, next, unit);
    if (part === null) return null;
    total += part.seconds;
    unit = part.unit;
    next = part.next;
  }
  return unit === null || total <= 0 ? null : Math.round(total);
}

interface Part {
  seconds: number;
  unit: number;
  next: number;
}

/** One amount with its unit; after a unit also what is left of it (`and a half`) or the next smaller (`an hour twenty`). */
function readPart(words: readonly string[], start: number, before: number | null): Part | null {
  const fraction = readFraction(words, start);
  if (fraction !== null) {
    const whole = readUnit(words, skipOf(words, fraction.next));
    if (whole !== null) return { seconds: fraction.value * whole.value, unit: whole.value, next: whole.next };
    return before === null ? null : { seconds: fraction.value * before, unit: before, next: fraction.next };
  }
  const amount = readAmount(words, start);
  if (amount === null) return null;
  const unit = readUnit(words, amount.next);
  if (unit !== null) return { seconds: amount.value * unit.value, unit: unit.value, next: unit.next };
  const smaller = before === null ? undefined : SMALLER.get(before);
  return smaller === undefined ? null : { seconds: amount.value * smaller, unit: smaller, next: amount.next };
}

function readAmount(words: readonly string[], start: number): NumberRead | null {
  const number = readNumber(words, start);
  if (number !== null) return number;
  if (words[start] === 'a' && words[start + 1] === 'couple') {
    return { value: 2, next: words[start + 2] === 'of' ? start + 3 : start + 2 };
  }
  return words[start] === 'a' || words[start] === 'an' ? { value: 1, next: start + 1 } : null;
}

function skipOf(words: readonly string[], at: number): number {
  const afterOf = words[at] === 'of' ? at + 1 : at;
  return words[afterOf] === 'an' || words[afterOf] === 'a' ? afterOf + 1 : afterOf;
}

function readUnit(words: readonly string[], at: number): NumberRead | null {
  const seconds = UNITS.get(words[at] ?? '');
  return seconds === undefined ? null : { value: seconds, next: at + 1 };
}

/** `1 hour 30 minutes`: at most two parts, the rest is noise to a listener. */
export function speakDuration(seconds: number): string {
  const left = Math.max(0, Math.round(seconds));
  const parts = [
    { count: Math.floor(left / 3600), name: 'hour' },
    { count: Math.floor((left % 3600) / 60), name: 'minute' },
    { count: left % 60, name: 'second' },
  ].filter((part) => part.count > 0);
  if (parts.length === 0) return '0 seconds';
  return parts
    .slice(0, 2)
    .map((part) => `${part.count} ${part.name}${part.count === 1 ? '' : 's'}`)
    .join(' ');
}
