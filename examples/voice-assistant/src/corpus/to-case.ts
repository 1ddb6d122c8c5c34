import type { Sentence } from './expand-sentences.ts';

/** A sentence as suites take it, for the scorer `tool-calls`. */
export type AssistantCase = {
  id: string;
  input: { text: string };
  expected: [{ name: string; accepted: Readonly<Record<string, readonly unknown[]>> }];
  metadata: {
    author: string;
    template: string;
    skill: string;
    intent: string;
    values: Sentence['values'];
    phrasing: Sentence['phrasing'];
    /** `short` up to four words, `long` from nine on. */
    length: 'short' | 'medium' | 'long';
  };
};

/**
 * @example
 * const cases = expandSentences({ authors: UNSEEN_AUTHORS, values: 'all' }).map(toCase);
 */
export function toCase(sentence: Sentence): AssistantCase {
  const { id, text, call, author, template, skill, intent, values, phrasing } = sentence;
  const accepted = Object.entries(call.arguments).map(([name, value]) => [name, [value]] as const);
  return {
    id,
    input: { text },
    expected: [{ name: call.name, accepted: Object.fromEntries(accepted) }],
    metadata: { author, template, skill, intent, values, phrasing, length: lengthOf(sentence.tokens.length) },
  };
}

function lengthOf(words: number): AssistantCase['metadata']['length'] {
  if (words <= 4) return 'short';
  return words <= 8 ? 'medium' : 'long';
}
