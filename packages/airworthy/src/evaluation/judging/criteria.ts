import { z } from 'zod';
import type { Score } from '../scoring/scorer.ts';
import { RIGHT_OR_WRONG, type ScoringRule } from '../scoring/scorer-type.ts';
import { referredTexts, requireAnswer } from './case-texts.ts';
import type { JudgeModel } from './judge-model.ts';
import { judgeRule } from './judge-rule.ts';
import { judgeType } from './judge-type.ts';
import { NoVerdict } from './no-verdict.ts';

const Criterion = z.union([
  z.string().min(1),
  z.strictObject({
    name: z.string().min(1).max(60).describe('Name of its metric: `SCORER/NAME`.'),
    text: z.string().min(1).describe('What must be true of the answer.'),
  }),
]);

/** One criterion, or a list; a list of several has a metric for each. */
const Criteria = z
  .union([Criterion, z.array(Criterion).min(1).max(20)])
  .transform((given) =>
    [given]
      .flat()
      .map((one, index) => (typeof one === 'string' ? { name: `criterion-${index + 1}`, text: one } : one)),
  )
  .refine(
    (list) => new Set(list.map(({ name }) => name)).size === list.length,
    'two criteria have the same name',
  );
type Criteria = z.output<typeof Criteria>;

const Answer = z.strictObject({
  criteria: z.array(
    z.strictObject({
      number: z.int(),
      rationale: z.string(),
      verdict: z.enum(['met', 'not-met', 'cannot-tell']),
    }),
  ),
});
type Judged = z.infer<typeof Answer>['criteria'];

/** Each criterion is met or not; the scorer's own metric is whether all are. */
export const criteria = judgeType({
  type: 'criteria',
  version: 1,
  aliases: ['llm-rubric', 'agent-rubric'],
  options: z.strictObject({
    value: Criteria.describe('What must be true of the answer.'),
    expected: z.boolean().default(false).describe('Whether the judge is shown the expected answer.'),
  }),
  create: ({ value, expected }, judge) => criteriaRule(value, expected, judge),
});

function criteriaRule(listed: Criteria, expected: boolean, judge: JudgeModel): ScoringRule {
  const rubric = listed.map(({ text }, index) => `${index + 1}. ${text}`).join('\n');
  const several = listed.length > 1;
  return judgeRule({
    ...{ judge, answer: Answer },
    parts: [
      { ...RIGHT_OR_WRONG, ...(several ? { label: 'all criteria met' } : {}) },
      ...(several ? listed.map(({ name }) => ({ ...RIGHT_OR_WRONG, part: name })) : []),
    ],
    instructions: [
      'Judge ANSWER, which was given to QUESTION, by each criterion alone. "met": the criterion is clearly fulfilled; "not-met": it is not, or only in part; "cannot-tell": what you are shown does not let anyone decide. Give one entry for each criterion, in their order, with its number.',
      ...(expected ? ['EXPECTED is what a right answer says; another wording is as good.'] : []),
      `Criteria:\n${rubric}`,
    ].join('\n'),
    async verdict(ask, each, output) {
      const answer = await ask({
        ...{ QUESTION: each.input, ANSWER: requireAnswer(output) },
        ...(expected ? { EXPECTED: each.expected } : {}),
        ...referredTexts(rubric, each),
      });
      const scores = inOrder(answer.criteria, listed.length).map(toScore);
      if (!several) return { '': scores[0] };
      return {
        '': allMet(scores),
        ...Object.fromEntries(listed.map(({ name }, index) => [name, scores[index]])),
      };
    },
  });
}

function inOrder(judged: Judged, length: number): Judged {
  const whole = judged.length === length && judged.every(({ number }, index) => number === index + 1);
  if (whole) return judged;
  const given = judged.map(({ number }) => number).join(', ');
  throw new NoVerdict(
    'error',
    'judge-wrong-form',
    `the judge gave verdicts on criteria ${given || 'none'}, not on 1 to ${length}`,
  );
}

function toScore({ rationale, verdict }: Judged[number]): Score {
  if (verdict === 'cannot-tell') return { status: 'unscorable', code: 'cannot-tell', reason: rationale };
  const met = verdict === 'met';
  return {
    status: 'scored',
    value: met ? 1 : 0,
    label: verdict,
    rationale,
    ...(met ? {} : { code: 'not-met' }),
  };
}

/** One that is not met decides, whatever the others are. */
function allMet(scores: readonly Score[]): Score {
  const missed = scores.find((score) => score.status === 'scored' && score.value === 0);
  const open = scores.find((score) => score.status !== 'scored');
  return missed ?? open ?? { status: 'scored', value: 1, label: 'met', rationale: 'every criterion is met' };
}
