import { parseDay } from '../../skills/spoken/days.ts';
import { parseDuration } from '../../skills/spoken/durations.ts';
import { evaluateExpression } from '../../skills/spoken/expressions.ts';

/** What fills these is found by reading it, whoever says it. */
export const PARSED_SLOTS: ReadonlySet<string> = new Set(['duration', 'expression', 'day']);

/** May these words fill this slot? */
export type SlotRule = (words: readonly string[]) => boolean;

/** Most words of a slot that takes any. */
const MOST_WORDS: Readonly<Record<string, number>> = {
  location: 4,
  name: 3,
  item: 6,
  list: 3,
  text: 12,
  song: 6,
  artist: 4,
  topic: 5,
  tale: 9,
  key: 4,
  value: 8,
};

/** Rooms and colors are short, and are what someone has called so: any word would make "turn the page" a light. */
const LISTED = new Set(['room', 'color']);

const MOST_LISTED = 3;
const MOST_PARSED = 12;

/** What the skills are about names no song, no place and no timer: where it is said, it is part of the sentence. */
const OF_SKILLS = new Set(
  'list timer light lights lamp news note notes story music song songs time weather'.split(' '),
);
/** Only these may be about anything. */
const ABOUT_ANYTHING = new Set(['text', 'value', 'tale', 'key']);

/** "heart of gold from neil young" is two things. */
const JOINTS: Readonly<Record<string, RegExp>> = { song: / (by|from) /, artist: / (by|from) / };

/** Words before a sum that are none of it. */
const ASKING = /^(what|what's|is|calculate|compute|the result)\b/;

/** Words that begin or end no name of anything. */
const NO_EDGE = new Set(
  'to of for on in at by and or is was are be please can you could would will the a an that it this with about from my me i'.split(
    ' ',
  ),
);
/** But these may begin one. */
const MAY_BEGIN = new Set([
  'the',
  'a',
  'an',
  'my',
  'on',
  'in',
  'at',
  'this',
  'to',
  'i',
  'you',
  'about',
  'by',
]);

/** A rule for each slot: durations, sums and days by being one, rooms and colors by being known, others by length. */
export function slotRules(
  values: Readonly<Record<string, readonly string[]>>,
): ReadonlyMap<string, SlotRule> {
  const rules = new Map<string, SlotRule>([
    ['duration', (words) => words.length <= MOST_PARSED && parseDuration(words.join(' ')) !== null],
    ['expression', (words) => words.length > 1 && words.length <= MOST_PARSED && isSum(words.join(' '))],
    ['day', dayRule(values.day ?? [])],
  ]);
  for (const slot of LISTED) rules.set(slot, listRule(values[slot] ?? []));
  for (const [slot, most] of Object.entries(MOST_WORDS))
    rules.set(slot, openRule(slot, most, values[slot] ?? []));
  return rules;
}

function openRule(slot: string, most: number, values: readonly string[]): SlotRule {
  const known = new Set(values);
  return (words) => {
    if (words.length > most) return false;
    const phrase = words.join(' ');
    if (known.has(phrase)) return true;
    if (!ABOUT_ANYTHING.has(slot) && words.some((word) => OF_SKILLS.has(word))) return false;
    return hasEdges(words) && JOINTS[slot]?.test(phrase) !== true;
  };
}

function isSum(phrase: string): boolean {
  if (ASKING.test(phrase)) return false;
  try {
    evaluateExpression(phrase);
    return true;
  } catch {
    return false;
  }
}

function dayRule(known: readonly string[]): SlotRule {
  const days = new Set(known);
  return (words) => {
    const phrase = words.join(' ');
    return words.length <= 6 && (days.has(phrase) || parseDay(phrase, '2026-01-05') !== null);
  };
}

function listRule(known: readonly string[]): SlotRule {
  const values = new Set(known);
  return (words) => words.length <= MOST_LISTED && values.has(words.join(' '));
}

function hasEdges(words: readonly string[]): boolean {
  const first = words[0];
  const last = words[words.length - 1];
  return !NO_EDGE.has(last) && (!NO_EDGE.has(first) || (words.length > 1 && MAY_BEGIN.has(first)));
}
