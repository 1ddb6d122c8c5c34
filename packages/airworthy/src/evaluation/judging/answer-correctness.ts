import { z } from 'zod';
import { SHARE } from '../scoring/scorer-type.ts';
import { requireAnswer, requireExpected } from './case-texts.ts';
import { judgeRule } from './judge-rule.ts';
import { judgeType } from './judge-type.ts';
import { NoVerdict } from './no-verdict.ts';

const Answer = z.strictObject({
  statements: z.array(
    z.strictObject({
      statement: z.string(),
      rationale: z.string(),
      kind: z.enum(['both', 'answer-only', 'expected-only']),
    }),
  ),
});

/** F1 of the answer's statements against those of the expected one. */
export const answerCorrectness = judgeType({
  type: 'answer-correctness',
  version: 1,
  options: z.strictObject({}),
  create: (_, judge) =>
    judgeRule({
      ...{ judge, answer: Answer, parts: [SHARE] },
      instructions:
        'List what ANSWER and EXPECTED state about QUESTION, in the shortest statements that can be true or false by themselves, each once. "both": both say it, in whatever words; "answer-only": only ANSWER says it, or says it otherwise than EXPECTED; "expected-only": only EXPECTED says it.',
      async verdict(ask, each, output) {
        const { statements } = await ask({
          QUESTION: each.input,
          EXPECTED: requireExpected(each),
          ANSWER: requireAnswer(output),
        });
        const count = (kind: string) => statements.filter((one) => one.kind === kind).length;
        const [both, extra, missing] = [count('both'), count('answer-only'), count('expected-only')];
        if (both + missing === 0) {
          throw new NoVerdict('unscorable', 'no-statements', 'the expected answer states nothing');
        }
        const value = (2 * both) / (2 * both + extra + missing);
        const code = extra > 0 ? 'wrong-statement' : missing > 0 ? 'missing-statement' : undefined;
        const evidence = { statements, both, extra, missing };
        return { '': { status: 'scored', value, evidence, ...(code === undefined ? {} : { code }) } };
      },
    }),
});
