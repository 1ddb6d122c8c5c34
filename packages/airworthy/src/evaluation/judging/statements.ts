import { z } from 'zod';
import type { ScorerType } from '../scoring/scorer-type.ts';
import { SHARE } from '../scoring/scorer-type.ts';
import type { EvaluationCase } from '../suites/evaluation-case.ts';
import type { TaskOutput } from '../tasks/task.ts';
import { ContextPath, passagesOf, requireAnswer, requireExpected } from './case-texts.ts';
import { judgeRule } from './judge-rule.ts';
import { judgeType } from './judge-type.ts';
import { NoVerdict } from './no-verdict.ts';

const Answer = z.strictObject({
  statements: z.array(z.strictObject({ statement: z.string(), rationale: z.string(), holds: z.boolean() })),
});

const SPLIT =
  'Break it into the shortest statements that can be true or false by themselves, in its order, without pronouns that refer to another; greetings and the like are none. Give each with its rationale.';

interface StatementType {
  type: string;
  aliases: readonly string[];
  instructions: string;
  /** Code of a statement that does not hold. */
  code: string;
  /** What a text is worth that states nothing. */
  empty: { value: number } | { unscorable: string };
  data(each: EvaluationCase, output: TaskOutput, path: string): Record<string, unknown>;
}

/** The share of statements that hold, with each of them in the evidence. */
function statementType({ type, aliases, instructions, code, empty, data }: StatementType): ScorerType {
  return judgeType({
    ...{ type, aliases, version: 1 },
    options: z.strictObject({ context: ContextPath }),
    create: ({ context }, judge) =>
      judgeRule({
        ...{ judge, instructions, answer: Answer, parts: [SHARE] },
        async verdict(ask, each, output) {
          const { statements } = await ask(data(each, output, context));
          if (statements.length === 0) {
            if ('unscorable' in empty) throw new NoVerdict('unscorable', 'no-statements', empty.unscorable);
            return { '': { status: 'scored', value: empty.value, code, rationale: 'it states nothing' } };
          }
          const wrong = statements.filter(({ holds }) => !holds);
          const value = 1 - wrong.length / statements.length;
          const why = wrong.length === 0 ? {} : { code, rationale: wrong[0].rationale };
          return { '': { status: 'scored', value, evidence: { statements }, ...why } };
        },
      }),
  });
}

function numbered(passages: readonly string[]): string {
  return passages.map((text, index) => `[${index + 1}] ${text}`).join('\n\n');
}

/** What share of the answer's statements the passages support. */
export const faithfulness = statementType({
  type: 'faithfulness',
  aliases: ['context-faithfulness'],
  code: 'unsupported-statement',
  empty: { unscorable: 'the answer states nothing that the passages could support' },
  instructions: `Look at what ANSWER states. ${SPLIT} A statement holds where PASSAGES say it or it follows from them alone; what is merely known to be true does not count. QUESTION is there to understand ANSWER by.`,
  data: (each, output, path) => ({
    QUESTION: each.input,
    PASSAGES: numbered(passagesOf(each, output, path)),
    ANSWER: requireAnswer(output),
  }),
});

/** What share of the expected answer's statements the passages hold: whether retrieval found what was needed. */
export const contextRecall = statementType({
  type: 'context-recall',
  aliases: [],
  code: 'not-retrieved',
  empty: { unscorable: 'the expected answer states nothing that could be retrieved' },
  instructions: `Look at what EXPECTED states. ${SPLIT} A statement holds where PASSAGES say it or it follows from them alone.`,
  data: (each, output, path) => ({
    QUESTION: each.input,
    EXPECTED: requireExpected(each),
    PASSAGES: numbered(passagesOf(each, output, path)),
  }),
});

/** What share of the answer's statements is about what was asked; one that states nothing is not relevant. */
export const answerRelevance = statementType({
  type: 'answer-relevance',
  aliases: ['answer-relevancy'],
  code: 'beside-the-point',
  empty: { value: 0 },
  instructions: `Look at what ANSWER states. ${SPLIT} A statement holds where it helps to answer QUESTION, whether it is true or not. An answer that evades ("I do not know") states nothing.`,
  data: (each, output) => ({ QUESTION: each.input, ANSWER: requireAnswer(output) }),
});
