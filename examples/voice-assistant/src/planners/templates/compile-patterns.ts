import type { PatternPart } from '../../skills/spoken/sentence-pattern.ts';
import { parsePattern } from '../../skills/spoken/sentence-pattern.ts';
import { PARSED_SLOTS } from './slot-rules.ts';

/** A sentence of an intent: `wake me in {duration}`. */
export interface IntentPattern {
  intent: string;
  text: string;
}

/** A point in sentences: what may follow, and what is meant where nothing follows. Shared by all that begin alike. */
export interface PatternNode {
  words: Map<string, PatternNode>;
  slots: Map<string, PatternNode>;
  /** Points that may be gone on from without a word. */
  on: Set<PatternNode>;
  endings: { intent: string; pattern: string; weak: boolean }[];
}

/** Words that are in any sentence. */
const FILLERS = new Set(
  (
    "a an and any are be can could do for from have i i'd i'm in is it it's just like me my now of on please some that " +
    "that's the there this to want we what what's with would you your"
  ).split(' '),
);

/** Words that a sentence needs to be known by, where its slots take any words. */
const ENOUGH_WORDS = 2;

/** All patterns as one graph: as many points as they have words, at most. */
export function compilePatterns(patterns: readonly IntentPattern[]): PatternNode {
  const root = newNode();
  for (const { intent, text } of patterns) {
    const parts = parsePattern(text);
    const end = append(root, parts);
    const known = end.endings.some((ending) => ending.intent === intent);
    if (!known) end.endings.push({ intent, pattern: text, weak: isWeak(parts) });
  }
  return root;
}

function append(start: PatternNode, parts: readonly PatternPart[]): PatternNode {
  let node = start;
  for (const part of parts) {
    if (part.kind === 'word') node = follow(node.words, part.word);
    else if (part.kind === 'slot') node = follow(node.slots, part.slot);
    else {
      const joint = newNode();
      for (const way of part.ways) append(node, way).on.add(joint);
      node = joint;
    }
  }
  return node;
}

function follow(edges: Map<string, PatternNode>, key: string): PatternNode {
  const next = edges.get(key) ?? newNode();
  edges.set(key, next);
  return next;
}

function newNode(): PatternNode {
  return { words: new Map(), slots: new Map(), on: new Set(), endings: [] };
}

/**
 * Such patterns take only values that are known: `{artist} please` and `{item} on the {list} list` would take any
 * sentence that ends so, and of `{key} {value}` nobody can say where one ends.
 */
function isWeak(parts: readonly PatternPart[]): boolean {
  const words = parts.flatMap((part) => (part.kind === 'word' ? [part.word] : []));
  const touching = parts.some((part, index) => isOpen(part) && isOpen(parts[index + 1]));
  return (
    isOpen(parts[0]) || touching || words.length < ENOUGH_WORDS || words.every((word) => FILLERS.has(word))
  );
}

function isOpen(part: PatternPart | undefined): boolean {
  return part?.kind === 'slot' && !PARSED_SLOTS.has(part.slot);
}
