import { expandSentences, type Sentence } from '../corpus/expand-sentences.ts';
import { UNSEEN_AUTHORS } from '../corpus/read-phrasings.ts';
import { seededRandom } from '../corpus/seeded-random.ts';
import { splitSentences } from '../corpus/split-sentences.ts';

/** What a household says in a week: authors that no model was trained on. */
export interface Weeks {
  first: Sentence[];
  /** In wordings of which none was said in the first week, so that memory cannot pass for understanding. */
  second: Sentence[];
}

/** Two weeks of the same people, in the order in which it is said: each wording twice, of other things. */
export function weeks(seed = 1): Weeks {
  const said = expandSentences({ authors: UNSEEN_AUTHORS, perTemplate: 2, values: 'all', seed });
  const { train, test } = splitSentences(said, { by: 'template', test: 0.5, seed });
  const random = seededRandom(`weeks/${seed}`);
  return { first: random.shuffled(train), second: random.shuffled(test) };
}

export function sameCall(
  one: { name: string; arguments: object } | undefined,
  other: Sentence['call'],
): boolean {
  return one !== undefined && contentOf(one) === contentOf(other);
}

function contentOf(call: { name: string; arguments: object }): string {
  return JSON.stringify([call.name, Object.entries(call.arguments).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
