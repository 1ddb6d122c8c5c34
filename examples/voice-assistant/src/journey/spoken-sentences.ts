import { expandSentences, type Sentence } from '../corpus/expand-sentences.ts';
import { UNSEEN_AUTHORS } from '../corpus/read-phrasings.ts';
import { seededRandom } from '../corpus/seeded-random.ts';
import { FIRST_AUTHOR } from './journey-cases.ts';

/**
 * Sentences to be read aloud: of each skill as many in a wording that was trained on as in one of a stranger, so that what
 * speech costs shows inside and outside what the assistant knows.
 */
export function spokenSentences(perSkill: number): Sentence[] {
  const known = expandSentences({ authors: [FIRST_AUTHOR], perTemplate: 1, values: 'train', seed: 11 });
  const strangers = expandSentences({ authors: UNSEEN_AUTHORS, perTemplate: 1, values: 'all', seed: 11 });
  return [
    ...drawBySkill(known, perSkill),
    ...drawBySkill(
      strangers.filter(({ phrasing }) => phrasing === 'unseen'),
      perSkill,
    ),
  ];
}

function drawBySkill(sentences: readonly Sentence[], perSkill: number): Sentence[] {
  const bySkill = Map.groupBy(sentences, ({ skill }) => skill);
  return [...bySkill].flatMap(([skill, of]) =>
    seededRandom(`spoken/${skill}`).shuffled(of).slice(0, perSkill),
  );
}
