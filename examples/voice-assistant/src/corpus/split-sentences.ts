import type { Sentence } from './expand-sentences.ts';
import { seededRandom } from './seeded-random.ts';

export interface SentenceSplit {
  by: 'random' | 'template' | 'author';
  /** Share of the sentences that is held back; whole templates and authors, so that it is met as nearly as they allow. */
  test?: number;
  seed?: number;
}

/**
 * Sentences to learn from, and those to be judged on.
 *
 * @example
 * const { train, test } = splitSentences(sentences, { by: 'template', test: 0.2 });
 */
export function splitSentences(
  sentences: readonly Sentence[],
  { by, test: share = 0.2, seed = 1 }: SentenceSplit,
): { train: Sentence[]; test: Sentence[] } {
  const groups = Map.groupBy(sentences, (sentence) => (by === 'random' ? sentence.id : sentence[by]));
  const wanted = share * sentences.length;
  const held = new Set<string>();
  let count = 0;
  for (const key of seededRandom(`split/${by}/${seed}`).shuffled([...groups.keys()])) {
    const size = groups.get(key)?.length ?? 0;
    if (Math.abs(count + size - wanted) >= Math.abs(count - wanted)) continue;
    held.add(key);
    count += size;
  }
  const isHeld = (sentence: Sentence) => held.has(by === 'random' ? sentence.id : sentence[by]);
  return { train: sentences.filter((sentence) => !isHeld(sentence)), test: sentences.filter(isHeld) };
}
