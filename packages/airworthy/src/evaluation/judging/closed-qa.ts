import { z } from 'zod';
import { RIGHT_OR_WRONG } from '../scoring/scorer-type.ts';
import { referredTexts, requireAnswer, requireExpected } from './case-texts.ts';
import { judgeRule } from './judge-rule.ts';
import { judgeType } from './judge-type.ts';

const Answer = z.strictObject({ rationale: z.string(), correct: z.boolean() });

const BY_EXPECTED =
  'ANSWER must say what EXPECTED says; other words are as good, less or other content is not.';

/** Does the answer meet the one criterion of a question whose answer is known? */
export const closedQa = judgeType({
  type: 'closed-qa',
  version: 1,
  aliases: ['model-graded-closedqa'],
  options: z.strictObject({
    value: z
      .string()
      .min(1)
      .optional()
      .describe('The criterion; that it says what is expected where absent.'),
  }),
  create: ({ value }, judge) =>
    judgeRule({
      ...{ judge, answer: Answer, parts: [RIGHT_OR_WRONG] },
      instructions: `Decide whether ANSWER is a correct answer to QUESTION by this criterion, strictly:\n${value ?? BY_EXPECTED}\nThink the criterion through step by step in the rationale before you decide.`,
      async verdict(ask, each, output) {
        const expected = value === undefined ? requireExpected(each) : each.expected;
        const { rationale, correct } = await ask({
          ...{ QUESTION: each.input, ANSWER: requireAnswer(output) },
          ...(expected === undefined ? {} : { EXPECTED: expected }),
          ...referredTexts(value ?? '', each),
        });
        const label = correct ? 'correct' : 'incorrect';
        const wrong = correct ? {} : { code: 'incorrect' };
        return { '': { status: 'scored', value: correct ? 1 : 0, label, rationale, ...wrong } };
      },
    }),
});
