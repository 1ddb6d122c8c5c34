import type { Random } from '../../stats/random.ts';

/** Changes a text; null where it has nothing to change. */
export type TextChange = (text: string, random: Random) => string | null;

const NEIGHBOURS: Record<string, string> = Object.fromEntries(
  ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'].flatMap((row) =>
    [...row].map((letter, place) => [letter, `${row[place - 1] ?? ''}${row[place + 1] ?? ''}`]),
  ),
);

/** Of words of at least three letters this share, and at least one, gets one slip: swapped, lost, doubled or neighbouring letters. */
export function addTypos(strength: number): TextChange {
  return (text, random) =>
    changeSome(text.split(/(\s+)/), (word) => /\p{L}{3}/u.test(word), misspell, { strength, random });
}

function misspell(word: string, random: Random): string {
  const letters = [...word];
  const place = random.integer(letters.length - 1);
  const [letter, next] = [letters[place], letters[place + 1]];
  const slip = random.integer(4);
  if (slip === 0 && letter !== next) letters.splice(place, 2, next, letter);
  else if (slip === 1) letters.splice(place, 1);
  else if (slip === 2) letters.splice(place, 0, letter);
  else {
    const keys = NEIGHBOURS[letter.toLowerCase()] ?? letter.repeat(2);
    letters[place] = keys[random.integer(keys.length)];
  }
  const found = letters.join('');
  return found === word ? `${word}${letters.at(-1)}` : found;
}

/** Letters of other scripts that look the same. */
const LOOK_ALIKES: Record<string, string> = {
  ...{ a: 'а', c: 'с', e: 'е', i: 'і', j: 'ј', o: 'о', p: 'р', s: 'ѕ', x: 'х', y: 'у' },
  ...{
    A: 'А',
    B: 'В',
    C: 'С',
    E: 'Е',
    H: 'Н',
    I: 'І',
    K: 'К',
    M: 'М',
    O: 'О',
    P: 'Р',
    S: 'Ѕ',
    T: 'Т',
    X: 'Х',
    Y: 'Υ',
  },
};

/** This share of the letters that have one, and at least one, is replaced by a look-alike of another script. */
export function addLookAlikes(strength: number): TextChange {
  return (text, random) =>
    changeSome(
      [...text],
      (letter) => letter in LOOK_ALIKES,
      (letter) => LOOK_ALIKES[letter],
      { strength, random },
    );
}

const SPACES = ['  ', '\t', '\n', ' \u00a0'];

/** This share of the gaps between words, and at least one, becomes another gap; more before and behind. */
export function addSpaces(strength: number): TextChange {
  return (text, random) => {
    const gap = (): string => SPACES[random.integer(SPACES.length)];
    const parts =
      changeSome(text.split(/(\s+)/), (part) => /^\s+$/.test(part), gap, { strength, random }) ?? text;
    return text.trim() === '' ? null : `${gap()}${parts}${gap()}`;
  };
}

/** All letters large, all small, or each word with a large one. */
export function changeCase(to?: 'upper' | 'lower' | 'title'): TextChange {
  return (text, random) => {
    const kinds = ['upper', 'lower', 'title'] as const;
    const start = random.integer(3);
    const tried = to === undefined ? kinds.map((_, step) => kinds[(start + step) % 3]) : [to];
    for (const kind of tried) {
      const changed = CASES[kind](text);
      if (changed !== text) return changed;
    }
    return null;
  };
}

const CASES = {
  upper: (text: string) => text.toUpperCase(),
  lower: (text: string) => text.toLowerCase(),
  title: (text: string) =>
    text.replace(/\p{L}[\p{L}\p{M}’']*/gu, (word) => word[0].toUpperCase() + word.slice(1).toLowerCase()),
};

const SENTENCES = [
  'The weather was mild that day.',
  'By the way, I am writing this from my phone.',
  'My neighbour has a grey cat.',
  'The train was on time this morning.',
  'It is a quarter past three here.',
];

/** A sentence that has nothing to do with it, before or behind. */
export function addSentence(sentences: readonly string[] = SENTENCES): TextChange {
  return (text, random) => {
    const sentence = sentences[random.integer(sentences.length)];
    return random.next() < 0.5 ? `${sentence} ${text}` : `${text} ${sentence}`;
  };
}

const AUXILIARY =
  /\b(is|are|was|were|am|can|could|will|would|should|must|may|might|has|have|had|does|do|did)\b(?!\s+not\b|n['’]t)/i;
const NEGATED =
  /\b(is|are|was|were|am|can|could|will|would|should|must|may|might|has|have|had|does|do|did)(?:\s+not\b|n['’]t)/i;

/** English: takes the first negation out, or puts one behind the first auxiliary, or says that it is not the case. */
export const negate: TextChange = (text) => {
  if (text.trim() === '') return null;
  if (NEGATED.test(text)) return text.replace(NEGATED, '$1');
  if (AUXILIARY.test(text)) return text.replace(AUXILIARY, '$1 not');
  return `It is not the case that ${text[0].toLowerCase()}${text.slice(1)}`;
};

function changeSome(
  parts: readonly string[],
  fits: (part: string) => boolean,
  change: (part: string, random: Random) => string,
  { strength, random }: { strength: number; random: Random },
): string | null {
  const fitting = parts.flatMap((part, place) => (fits(part) ? [place] : []));
  if (fitting.length === 0) return null;
  const chosen = new Set(fitting.filter(() => random.next() < strength));
  if (chosen.size === 0) chosen.add(fitting[random.integer(fitting.length)]);
  return parts.map((part, place) => (chosen.has(place) ? change(part, random) : part)).join('');
}
