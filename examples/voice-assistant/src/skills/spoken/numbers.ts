const UNITS = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen ' +
  'eighteen nineteen'
).split(' ');
const TENS = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const SCALES: ReadonlyMap<string, number> = new Map([
  ['thousand', 1e3],
  ['million', 1e6],
  ['billion', 1e9],
]);

const VALUES: ReadonlyMap<string, number> = new Map([
  ...UNITS.map((word, value) => [word, value] as const),
  ...TENS.map((word, index) => [word, (index + 2) * 10] as const),
]);

const FIGURES = /^\d{1,3}(,\d{3})+(\.\d+)?$|^\d+(\.\d+)?$/;

export interface NumberRead {
  value: number;
  /** Index of the first word after the number. */
  next: number;
}

/** Words of a phrase: lower case, hyphens as spaces, symbols of arithmetic apart. */
export function splitWords(phrase: string): string[] {
  return phrase
    .toLowerCase()
    .replaceAll(/[-–](?=[a-z])/g, ' ')
    .replaceAll(/[+*/^()%=×÷]|(?<![a-z])-/g, ' $& ')
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** The number that begins at `start`, in words (`three hundred and ten`, `six point five`) or figures, if one does. */
export function readNumber(words: readonly string[], start: number): NumberRead | null {
  const whole = readFigures(words, start) ?? readWhole(words, start);
  if (whole === null) return null;
  return readHalf(words, readDecimals(words, whole));
}

function readFigures(words: readonly string[], start: number): NumberRead | null {
  const word = words[start];
  if (word === undefined || !FIGURES.test(word)) return null;
  return { value: Number(word.replaceAll(',', '')), next: start + 1 };
}

function readWhole(words: readonly string[], start: number): NumberRead | null {
  let total = 0;
  let current: number | null = null;
  let next = startsScale(words, start) ? start + 1 : start;
  if (next > start) current = 1;
  let scaled = false;
  while (next < words.length) {
    const word = words[next];
    const value = VALUES.get(word);
    if (value !== undefined) {
      if (!fitsAfter(current, value)) break;
      current = (current ?? 0) + value;
    } else if (word === 'hundred' && current !== null && current > 0 && current < 100) {
      current *= 100;
      scaled = true;
    } else if (SCALES.has(word) && current !== null) {
      total += current * (SCALES.get(word) ?? 1);
      current = null;
      scaled = true;
    } else if (!(word === 'and' && scaled && (current ?? 0) % 100 === 0 && VALUES.has(words[next + 1]))) {
      break;
    }
    next += 1;
  }
  if (next === start) return null;
  return { value: total + (current ?? 0), next };
}

/** `a hundred`, `a thousand`. */
function startsScale(words: readonly string[], start: number): boolean {
  const scale = words[start + 1] ?? '';
  return words[start] === 'a' && (scale === 'hundred' || SCALES.has(scale));
}

/** `twenty` takes `three`, `two hundred` takes `forty`; `four` takes no `seven`: that begins another number. */
function fitsAfter(current: number | null, value: number): boolean {
  if (current === null) return true;
  if (current >= 100)
    return current % 100 === 0 || (current % 100 >= 20 && current % 10 === 0 && value > 0 && value < 10);
  return current >= 20 && current % 10 === 0 && value > 0 && value < 10;
}

function readDecimals(words: readonly string[], whole: NumberRead): NumberRead {
  if (words[whole.next] !== 'point') return whole;
  let next = whole.next + 1;
  let digits = '';
  while (next < words.length) {
    const digit = words[next] === 'oh' ? 0 : VALUES.get(words[next]);
    if (digit === undefined || digit > 9) break;
    digits += String(digit);
    next += 1;
  }
  return digits === '' ? whole : { value: Number(`${whole.value}.${digits}`), next };
}

function readHalf(words: readonly string[], number: NumberRead): NumberRead {
  const [and, a, half] = words.slice(number.next, number.next + 3);
  return and === 'and' && a === 'a' && half === 'half'
    ? { value: number.value + 0.5, next: number.next + 3 }
    : number;
}

const PARTS: ReadonlyMap<string, number> = new Map(
  ['half', 'third', 'quarter', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'].flatMap(
    (name, index) => [
      [name, index + 2] as const,
      [name === 'half' ? 'halves' : `${name}s`, index + 2] as const,
    ],
  ),
);

/** A part of something: `half`, `a quarter`, `two thirds`. */
export function readFraction(words: readonly string[], start: number): NumberRead | null {
  const bare = PARTS.get(words[start] ?? '');
  if (bare !== undefined) return { value: 1 / bare, next: start + 1 };
  const count = words[start] === 'a' ? { value: 1, next: start + 1 } : readNumber(words, start);
  if (count === null) return null;
  const part = PARTS.get(words[count.next] ?? '');
  return part === undefined ? null : { value: count.value / part, next: count.next + 1 };
}
