import { SKILLS } from './registry.ts';
import type { PatternPart } from './spoken/sentence-pattern.ts';
import { parsePattern } from './spoken/sentence-pattern.ts';

/**
 * Sentences for a grammar of speech: what one author wrote, or several. Templates and values may hold `[optional]` parts
 * and `(one|other)`.
 */
export interface SpokenSentences {
  templates: readonly { intent: string; text: string }[];
  values: Readonly<Record<string, readonly string[]>>;
}

export interface SpeechGrammar {
  grammar: string;
  /** What was left out, and the words of it that the dictionary of pronunciations does not have. */
  unsayable: readonly { text: string; words: readonly string[] }[];
  /** Skills without a sentence: they cannot be asked for by voice. */
  uncovered: readonly string[];
}

/**
 * The grammar (JSGF) that speech recognition is held to.
 *
 * @param dictionary every word that can be recognised
 *
 * @example
 * const { grammar, unsayable } = toJsgf([...readPhrasings({ authors: ['a'] }), SPOKEN_NUMBERS], dictionary);
 */
export function toJsgf(
  sentences: readonly SpokenSentences[],
  dictionary: ReadonlySet<string>,
): SpeechGrammar {
  const unsayable: { text: string; words: string[] }[] = [];
  const sayable = (text: string): boolean => {
    const words = wordsOf(parsePattern(text)).filter((word) => !dictionary.has(word));
    if (words.length > 0) unsayable.push({ text, words });
    return words.length === 0;
  };
  const values = [...valuesBySlot(sentences)].map(([slot, each]) => [slot, each.filter(sayable)] as const);
  const slots = new Map(values.filter(([, each]) => each.length > 0));
  const fillable = (text: string): boolean => {
    const empty = slotsOf(parsePattern(text)).filter((slot) => !slots.has(slot));
    if (empty.length > 0) unsayable.push({ text, words: empty.map((slot) => `{${slot}}`) });
    return empty.length === 0;
  };
  const bySkill = [...templatesBySkill(sentences)]
    .map(([skill, texts]) => [skill, texts.filter((text) => sayable(text) && fillable(text))] as const)
    .filter(([, texts]) => texts.length > 0);
  const covered = new Set(bySkill.map(([skill]) => skill));
  return {
    grammar: writeGrammar(bySkill, slots),
    unsayable,
    uncovered: SKILLS.map(({ name }) => name).filter((name) => !covered.has(name)),
  };
}

function writeGrammar(
  bySkill: readonly (readonly [string, readonly string[]])[],
  slots: ReadonlyMap<string, readonly string[]>,
): string {
  return [
    '#JSGF V1.0;',
    'grammar assistant;',
    ...[...slots].map(([slot, values]) => `<slot_${slot}> = ${writeAll(values)};`),
    ...bySkill.map(([skill, texts]) => `<${skill}> = ${writeAll(texts)};`),
    `public <command> = ${bySkill.map(([skill]) => `<${skill}>`).join(' | ')};`,
    '',
  ].join('\n');
}

function writeAll(texts: readonly string[]): string {
  return texts.map((text) => write(parsePattern(text))).join(' | ');
}

function write(parts: readonly PatternPart[]): string {
  return parts
    .map((part) => {
      if (part.kind === 'word') return part.word;
      if (part.kind === 'slot') return `<slot_${part.slot}>`;
      const ways = part.ways.filter((way) => way.length > 0).map((way) => write(way));
      return ways.length < part.ways.length ? `[${ways.join(' | ')}]` : `(${ways.join(' | ')})`;
    })
    .join(' ');
}

function valuesBySlot(sentences: readonly SpokenSentences[]): Map<string, string[]> {
  const pairs = sentences.flatMap(({ values }) => Object.entries(values));
  return grouped(pairs.flatMap(([slot, values]) => values.map((value) => [slot, value] as const)));
}

function templatesBySkill(sentences: readonly SpokenSentences[]): Map<string, string[]> {
  const templates = sentences.flatMap((each) => each.templates);
  return grouped(templates.map(({ intent, text }) => [intent.split(' ', 1)[0], text] as const));
}

/** Texts by key, each once, in the order they came. */
function grouped(pairs: readonly (readonly [string, string])[]): Map<string, string[]> {
  const groups = new Map<string, Set<string>>();
  for (const [key, text] of pairs) groups.set(key, (groups.get(key) ?? new Set()).add(text));
  return new Map([...groups].map(([key, texts]) => [key, [...texts]] as const));
}

function wordsOf(parts: readonly PatternPart[]): string[] {
  return parts.flatMap((part) => {
    if (part.kind === 'choice') return part.ways.flatMap(wordsOf);
    return part.kind === 'word' ? [part.word] : [];
  });
}

function slotsOf(parts: readonly PatternPart[]): string[] {
  return parts.flatMap((part) => {
    if (part.kind === 'choice') return part.ways.flatMap(slotsOf);
    return part.kind === 'slot' ? [part.slot] : [];
  });
}
