import { z } from 'zod';
import { type BothOrders, consistentWinner } from '../../stats/pairwise/position-bias.ts';
import type { ScorerContext } from '../scoring/scorer.ts';
import { RIGHT_OR_WRONG, SHARE } from '../scoring/scorer-type.ts';
import type { EvaluationCase } from '../suites/evaluation-case.ts';
import type { TaskOutput } from '../tasks/task.ts';
import { answerOf, requireAnswer, valueAt } from './case-texts.ts';
import { judgeRule } from './judge-rule.ts';
import { judgeType } from './judge-type.ts';
import { NoVerdict } from './no-verdict.ts';

const Answer = z.strictObject({ rationale: z.string(), better: z.enum(['first', 'second', 'tie']) });

/** A context that also has what the other side answered: the baseline, or the suite's first task. */
export interface PairwiseContext extends ScorerContext {
  rival?: TaskOutput;
}

const VALUES = {
  a: { value: 1, label: 'win' },
  b: { value: 0, label: 'loss', code: 'loss' },
  tie: { value: 0.5 },
};

/**
 * Which of two answers is better: 1 the candidate's, 0 the other, 0.5 a tie. The judge is asked in both orders; where it
 * contradicts itself that is a tie too, and a case of position bias.
 */
export const pairwise = judgeType({
  type: 'pairwise',
  version: 1,
  options: z.strictObject({
    rubric: z.string().min(1).default('The better answer is more correct, and more useful to who asked.'),
    against: z
      .string()
      .min(1)
      .default('rival')
      .describe(
        'The other answer: `rival` (the baseline’s, or the first task’s), `expected`, `metadata.FIELD`.',
      ),
  }),
  create: ({ rubric, against }, judge) =>
    judgeRule({
      ...{ judge, answer: Answer },
      parts: [
        { ...SHARE, label: 'wins, ties as half' },
        { ...RIGHT_OR_WRONG, part: 'position-bias', label: 'position bias', better: 'lower' },
      ],
      instructions: `Two systems answered QUESTION. Decide which answer is better, FIRST or SECOND, by this rubric:\n${rubric}\nTheir order is random and says nothing. Where neither is better, say "tie".`,
      async verdict(ask, each, output, context) {
        const candidate = requireAnswer(output);
        const rival = rivalOf(each, output, context, against);
        const QUESTION = each.input;
        const ahead = await ask({ QUESTION, FIRST: candidate, SECOND: rival });
        const behind = await ask({ QUESTION, FIRST: rival, SECOND: candidate });
        const orders: BothOrders = [
          ({ first: 'a', second: 'b', tie: 'tie' } as const)[ahead.better],
          ({ first: 'b', second: 'a', tie: 'tie' } as const)[behind.better],
        ];
        const biased = ahead.better !== 'tie' && ahead.better === behind.better;
        const winner = consistentWinner(orders);
        return {
          '': {
            ...{ status: 'scored', label: biased ? 'inconsistent' : 'tie', ...VALUES[winner] },
            rationale: `${ahead.rationale}\n\nIn the other order: ${behind.rationale}`,
          },
          'position-bias': {
            ...{ status: 'scored', value: biased ? 1 : 0 },
            evidence: { candidateFirst: ahead.better, candidateSecond: behind.better },
          },
        };
      },
    }),
});

function rivalOf(
  each: EvaluationCase,
  output: TaskOutput,
  context: PairwiseContext,
  against: string,
): unknown {
  if (against !== 'rival') {
    const found = valueAt(each, output, against);
    if (found !== undefined && found !== null) return found;
    throw new NoVerdict(
      'unscorable',
      'no-rival',
      `case ${each.id} has nothing at "${against}" to compare with`,
    );
  }
  const answer = context.rival && answerOf(context.rival);
  if (answer !== undefined && answer !== null && answer !== '') return answer;
  throw new NoVerdict(
    'skipped',
    'no-rival',
    'there is no second answer to this case: no baseline, no other task',
  );
}
