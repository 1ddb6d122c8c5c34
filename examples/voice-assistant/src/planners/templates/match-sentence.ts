import type { Span } from '../../skills/to-labels.ts';
import type { PatternNode } from './compile-patterns.ts';
import type { SlotRule } from './slot-rules.ts';

/** Nobody says more in one breath. */
const MOST_WORDS = 40;

export interface Match {
  intent: string;
  pattern: string;
  spans: Span[];
  /** Other intents that fit as well as this one. */
  rivals: number;
}

export interface Matcher {
  root: PatternNode;
  rules: ReadonlyMap<string, SlotRule>;
  /** Is this a value that someone wrote for the slot, or one that can only be such a value? */
  isKnown(slot: string, words: string): boolean;
}

/** A way to a point in the sentence: how good it is, and where it came from. */
interface Path {
  score: number;
  from: Path | null;
  span: (Span & { known: boolean }) | null;
}

/** A word that is literally so counts more than any number of values that could be anything. */
const WORD_SCORE = 100;
const KNOWN_SCORE = 10;
const SLOT_SCORE = -1;

/**
 * The pattern that has most of the sentence's words literally. Each point is visited once for each word, keeping the
 * best way to it, so that time grows with the length of the sentence and not with the number of ways through it.
 */
export function matchSentence({ root, rules, isKnown }: Matcher, text: string): Match | null {
  const words = text.split(' ').filter((word) => word !== '');
  if (words.length === 0 || words.length > MOST_WORDS) return null;
  const reached = Array.from({ length: words.length + 1 }, () => new Map<PatternNode, Path>());
  const reach = (at: number, node: PatternNode, path: Path): void => {
    const best = reached[at].get(node);
    if (best !== undefined && best.score >= path.score) return;
    reached[at].set(node, path);
    for (const next of node.on) reach(at, next, path);
  };
  const spans = readableSpans(words, rules, isKnown);
  reach(0, root, { score: 0, from: null, span: null });
  for (let at = 0; at < words.length; at += 1) {
    for (const [node, path] of reached[at]) {
      const next = node.words.get(words[at]);
      if (next !== undefined) reach(at + 1, next, { score: path.score + WORD_SCORE, from: path, span: null });
      for (const [slot, after] of node.slots) {
        for (const { end, span } of spans(slot, at)) {
          const gained = SLOT_SCORE + (span.known ? KNOWN_SCORE : 0);
          reach(end, after, { score: path.score + gained, from: path, span });
        }
      }
    }
  }
  return best(reached[words.length]);
}

interface Readable {
  end: number;
  span: Span & { known: boolean };
}

/** What a slot could take from a word on; each asked for once. */
function readableSpans(
  words: readonly string[],
  rules: Matcher['rules'],
  isKnown: Matcher['isKnown'],
): (slot: string, start: number) => readonly Readable[] {
  const found = new Map<string, readonly Readable[]>();
  return (slot, start) => {
    const key = `${slot} ${start}`;
    const spans = found.get(key) ?? [...readFrom(words, slot, start, rules.get(slot), isKnown)];
    found.set(key, spans);
    return spans;
  };
}

function* readFrom(
  words: readonly string[],
  slot: string,
  start: number,
  rule: SlotRule | undefined,
  isKnown: Matcher['isKnown'],
): Generator<Readable> {
  for (let end = start + 1; end <= words.length; end += 1) {
    const part = words.slice(start, end);
    if (rule?.(part) !== true) continue;
    const text = part.join(' ');
    yield { end, span: { slot, text, known: isKnown(slot, text) } };
  }
}

function best(ends: ReadonlyMap<PatternNode, Path>): Match | null {
  const fits = [...ends].flatMap(([{ endings }, path]) => {
    const spans = spansOf(path);
    const sure = spans.every(({ known }) => known);
    return endings
      .filter(({ weak }) => sure || !weak)
      .map((ending) => ({ ...ending, spans, score: path.score }));
  });
  const top = Math.max(...fits.map(({ score }) => score));
  const [first, ...rivals] = fits.filter(({ score }) => score === top);
  if (first === undefined) return null;
  return {
    intent: first.intent,
    pattern: first.pattern,
    spans: first.spans.map(({ slot, text }) => ({ slot, text })),
    rivals: rivals.filter(({ intent }) => intent !== first.intent).length,
  };
}

function spansOf(path: Path): (Span & { known: boolean })[] {
  const spans: (Span & { known: boolean })[] = [];
  for (let step: Path | null = path; step !== null; step = step.from) {
    if (step.span !== null) spans.unshift(step.span);
  }
  return spans;
}
