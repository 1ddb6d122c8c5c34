import { expandSentences, type Sentence } from './expand-sentences.ts';
import { TRAINING_AUTHORS, UNSEEN_AUTHORS } from './read-phrasings.ts';
import { seededRandom } from './seeded-random.ts';
import { type AssistantCase, toCase } from './to-case.ts';

/** Which promise a case is about. */
export type SuitePart =
  | 'known phrasing, known values'
  | 'known phrasing, unseen values'
  | 'strangers, known phrasing'
  | 'strangers, unseen phrasing';

export type SuiteCase = AssistantCase & {
  metadata: AssistantCase['metadata'] & {
    part: SuitePart;
    /** Is it a sentence of the speech grammar, which is made of the training authors' commands? */
    grammar: 'in' | 'out';
  };
};

const SEED = 41;
const SHARE_OF_KNOWN = 0.25;

/** Sentences of everybody, seen and unseen in every combination: what the full suite asks in text. */
export function fullCases(): SuiteCase[] {
  const known = expandSentences({ authors: TRAINING_AUTHORS, perTemplate: 1, values: 'train', seed: SEED });
  const newValues = expandSentences({
    authors: TRAINING_AUTHORS,
    perTemplate: 1,
    values: 'test',
    seed: SEED,
  });
  const strangers = expandSentences({ authors: UNSEEN_AUTHORS, perTemplate: 1, values: 'all', seed: SEED });
  const random = seededRandom(`known/${SEED}`);
  return [
    ...known
      .filter(() => random.next() < SHARE_OF_KNOWN)
      .map((each) => inPart(each, 'known phrasing, known values')),
    ...newValues
      .filter(({ values }) => values === 'unseen')
      .map((each) => inPart(each, 'known phrasing, unseen values')),
    ...strangers.map((each) =>
      inPart(each, each.phrasing === 'seen' ? 'strangers, known phrasing' : 'strangers, unseen phrasing'),
    ),
  ];
}

/** Some of each part and skill of the full suite: an answer in seconds. */
export function quickCases(): SuiteCase[] {
  const groups = Map.groupBy(fullCases(), ({ metadata }) => `${metadata.part}/${metadata.skill}`);
  return [...groups].flatMap(([name, cases]) => seededRandom(`quick/${name}`).shuffled(cases).slice(0, 6));
}

function inPart(sentence: Sentence, part: SuitePart): SuiteCase {
  const each = toCase(sentence);
  const grammar = sentence.phrasing === 'seen' && sentence.skill !== 'other' ? 'in' : 'out';
  return { ...each, id: `${part}/${each.id}`, metadata: { ...each.metadata, part, grammar } };
}
