import { commonItems } from './line-diff.ts';

/** A stretch of a text that is in both, or in one of them only. */
export interface WordChange {
  place: number;
  kind: 'same' | 'out' | 'in';
  text: string;
}

/** Longer texts are told apart as a whole: word by word would take seconds and help nobody. */
const MOST_WORDS = 3_000;

/** Two texts word by word: what was taken out, what was put in. */
export function diffWords(left: string, right: string): WordChange[] {
  const [before, after] = [wordsOf(left), wordsOf(right)];
  const changes: Omit<WordChange, 'place'>[] = [];
  const add = (kind: WordChange['kind'], words: readonly string[]) => {
    if (words.length === 0) return;
    const last = changes.at(-1);
    if (last?.kind === kind) last.text += words.join('');
    else changes.push({ kind, text: words.join('') });
  };
  let [atLeft, atRight] = [0, 0];
  const isLong = Math.max(before.length, after.length) > MOST_WORDS && left !== right;
  const kept = isLong ? [] : commonItems(before, after);
  for (const [x, y] of [...kept, [before.length, after.length] as const]) {
    add('out', before.slice(atLeft, x));
    add('in', after.slice(atRight, y));
    if (x < before.length) add('same', [before[x]]);
    [atLeft, atRight] = [x + 1, y + 1];
  }
  return changes.map((change, place) => ({ ...change, place }));
}

/** Words, the blanks between them, and every other character by itself. */
function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];
}
