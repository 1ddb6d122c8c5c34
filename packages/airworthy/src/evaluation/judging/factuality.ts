import { z } from 'zod';
import { SHARE } from '../scoring/scorer-type.ts';
import { requireAnswer, requireExpected } from './case-texts.ts';
import { judgeRule } from './judge-rule.ts';
import { judgeType } from './judge-type.ts';

const share = z.number().min(0).max(1);

/** What a category is worth. Only a contradiction counts as wrong unless the suite says otherwise. */
const Mapping = z.strictObject({
  same: share.default(1),
  superset: share.default(1).describe('All of the expected answer and more.'),
  subset: share.default(1).describe('Part of the expected answer, nothing against it.'),
  immaterial: share.default(1).describe('Other words, other details that do not matter.'),
  disagreement: share.default(0),
});

const Answer = z.strictObject({
  rationale: z.string(),
  category: z.enum(['same', 'superset', 'subset', 'immaterial', 'disagreement']),
});

/** How the facts of an answer stand to those of the expected one; the category is kept as the label. */
export const factuality = judgeType({
  type: 'factuality',
  version: 1,
  aliases: ['model-graded-factuality'],
  options: z.strictObject({
    mapping: Mapping.prefault({}).describe('What each category is worth.'),
    value: z.string().optional().describe('The expected answer of every case; its own where absent.'),
  }),
  create: ({ mapping, value }, judge) =>
    judgeRule({
      ...{ judge, answer: Answer },
      parts: [{ ...SHARE, binary: Object.values(mapping).every((worth) => worth === 0 || worth === 1) }],
      instructions: `Compare the facts that ANSWER states about QUESTION with those that EXPECTED states; EXPECTED is right. Style, grammar and punctuation do not matter. Choose the one category that fits:
"same": both state the same facts.
"superset": ANSWER states all facts of EXPECTED and further ones that do not contradict it.
"subset": ANSWER states some of the facts of EXPECTED, and nothing that contradicts it.
"immaterial": they differ only in what does not matter to QUESTION.
"disagreement": something in ANSWER contradicts EXPECTED.`,
      async verdict(ask, each, output) {
        const { rationale, category } = await ask({
          QUESTION: each.input,
          EXPECTED: value ?? requireExpected(each),
          ANSWER: requireAnswer(output),
        });
        const wrong = category === 'disagreement' ? { code: 'contradiction' } : {};
        return { '': { status: 'scored', value: mapping[category], label: category, rationale, ...wrong } };
      },
    }),
});
