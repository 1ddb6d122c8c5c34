import { z } from 'zod';
import type { ScoringRule } from '../scoring/scorer-type.ts';
import { referredTexts, requireAnswer } from './case-texts.ts';
import type { JudgeModel } from './judge-model.ts';
import { judgeRule } from './judge-rule.ts';
import { judgeType } from './judge-type.ts';

interface Scale {
  rubric: string;
  low: number;
  high: number;
  /** What points mean, by point. */
  labels: Readonly<Record<string, string>>;
  expected: boolean;
  /** Values are points, or how far they are from low to high. */
  as: 'points' | 'share';
}

const expected = z.boolean().default(false).describe('Whether the judge is shown the expected answer.');

/** Whole points on a scale. */
export const scale = judgeType({
  type: 'scale',
  version: 1,
  options: z.strictObject({
    rubric: z.string().min(1).describe('What is judged, and what makes an answer better.'),
    points: z
      .tuple([z.int(), z.int()])
      .refine(([low, high]) => high > low, 'the second must be above the first')
      .default([1, 5])
      .describe('The lowest and the highest.'),
    labels: z.record(z.string(), z.string()).default({}).describe('What points mean: `{ "1": "wrong" }`.'),
    as: z.enum(['points', 'share']).default('points').describe('`share`: 0 at the lowest, 1 at the highest.'),
    expected,
  }),
  create: ({ points: [low, high], ...options }, judge) => scaleRule({ low, high, ...options }, judge),
});

/** Criteria weighed together on 0 to 10 and given as a share, as promptfoo's `g-eval` does. */
export const gEval = judgeType({
  type: 'g-eval',
  version: 1,
  options: z.strictObject({
    value: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .describe('One criterion, or several.'),
    expected,
  }),
  create: ({ value, ...options }, judge) =>
    scaleRule(
      { rubric: [value].flat().join('\n'), low: 0, high: 10, labels: {}, as: 'share', ...options },
      judge,
    ),
});

function scaleRule({ rubric, low, high, labels, expected, as }: Scale, judge: JudgeModel): ScoringRule {
  return judgeRule({
    judge,
    answer: z.strictObject({ rationale: z.string(), points: z.int().min(low).max(high) }),
    instructions: [
      `Judge ANSWER, which was given to QUESTION, in whole points from ${low} (worst) to ${high} (best), by this rubric:`,
      rubric,
      ...Object.entries(labels).map(([point, meaning]) => `${point}: ${meaning}`),
      ...(expected ? ['EXPECTED is what a right answer says; another wording is as good.'] : []),
    ].join('\n'),
    parts: [
      {
        ...{ aggregate: { kind: 'mean' }, better: 'higher', binary: false },
        ...(as === 'share' ? { range: [0, 1] } : { range: [low, high], unit: 'points' }),
      },
    ],
    async verdict(ask, each, output) {
      const { rationale, points } = await ask({
        ...{ QUESTION: each.input, ANSWER: requireAnswer(output) },
        ...(expected ? { EXPECTED: each.expected } : {}),
        ...referredTexts(rubric, each),
      });
      const value = as === 'share' ? (points - low) / (high - low) : points;
      return { '': { status: 'scored', value, label: String(points), rationale } };
    },
  });
}
