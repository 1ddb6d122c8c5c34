import { expandSentences } from '../corpus/expand-sentences.ts';
import { UNSEEN_AUTHORS } from '../corpus/read-phrasings.ts';
import { type AssistantCase, toCase } from '../corpus/to-case.ts';

/** Which promise a case is about. Every rung that learns has seen author a's phrasing, none that of g and h. */
export type CasePart = 'unseen phrasing' | 'unseen values';

export type JourneyCase = AssistantCase & { metadata: { part: CasePart } };

/** The author whose phrasing every learning rung knows. */
export const FIRST_AUTHOR = 'a';

/**
 * The cases of every rung, always the same: sentences of two authors whom nothing was trained on, in wordings that nobody else
 * used; and wordings of the first author with values that nothing was trained on.
 */
export function journeyCases(): JourneyCase[] {
  const strangers = expandSentences({ authors: UNSEEN_AUTHORS, perTemplate: 1, values: 'all', seed: 7 });
  const known = expandSentences({ authors: [FIRST_AUTHOR], perTemplate: 1, values: 'test', seed: 7 });
  return [
    ...strangers
      .filter(({ phrasing }) => phrasing === 'unseen')
      .map((each) => inPart(each, 'unseen phrasing')),
    ...known.filter(({ values }) => values === 'unseen').map((each) => inPart(each, 'unseen values')),
  ];
}

function inPart(sentence: Parameters<typeof toCase>[0], part: CasePart): JourneyCase {
  const each = toCase(sentence);
  return {
    ...each,
    id: `${part === 'unseen values' ? 'values' : 'phrasing'} ${each.id}`,
    metadata: { ...each.metadata, part },
  };
}
