import { z } from 'zod';

const Figure = z.strictObject({ value: z.number(), low: z.number(), high: z.number() });
const OptionalFigure = z.strictObject({
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  reason: z.string().optional(),
});

/** What people and a judge said of the same answers. */
export const JudgeCalibration = z.strictObject({
  schema: z.literal('airworthy.judge-calibration/1'),
  /** Digest of model, prompt, rubric and parameters. */
  judge: z.string().regex(/^[0-9a-f]{64}$/),
  /** Which of its verdicts: what follows the scorer's name in a metric such as `criteria/polite`; empty for its own. */
  part: z.string(),
  /** How it is called in its suite. */
  metric: z.string(),
  /** Answers that both judged. */
  n: z.int(),
  /** From so much on the judge's score counts as passed. */
  threshold: z.number(),
  /** Where the answers were not drawn evenly they are weighted by one over their probability: how many even ones they are worth. */
  effectiveN: z.number(),
  /** People's verdict, then the judge's. */
  counts: z.strictObject({
    passPass: z.int(),
    passFail: z.int(),
    failPass: z.int(),
    failFail: z.int(),
  }),
  /** Of what people pass, the share that the judge passes; null without any. */
  tpr: Figure.nullable(),
  /** Of what people fail, the share that the judge fails. */
  tnr: Figure.nullable(),
  kappa: OptionalFigure,
  /** How often people pass an answer. */
  prevalence: Figure.nullable(),
  confidence: z.number(),
  method: z.string(),
  /** Answers that the judge gave no score: they are in no figure. */
  unjudged: z.int(),
  /** What the answers are of: another suite is another distribution. */
  distribution: z.strictObject({
    suite: z.string(),
    cases: z.string().optional(),
    tasks: z.array(z.string()),
  }),
  /** Where people's verdicts are from. */
  source: z.strictObject({
    queue: z.string().optional(),
    question: z.string().optional(),
    evaluation: z.string().optional(),
  }),
});
export type JudgeCalibration = z.infer<typeof JudgeCalibration>;

/** A record as it is stored. */
export const RecordedCalibration = JudgeCalibration.extend({
  /** 1, 2, 3 … of one judge. */
  sequence: z.int(),
  actor: z.string(),
  at: z.int(),
});
export type RecordedCalibration = z.infer<typeof RecordedCalibration>;

const Floor = z.number().min(0).max(1);

/** What a judge must have shown before a gate goes by it. Bounds are of the intervals' lower ends. */
export const JudgePolicy = z.strictObject({
  kappa: Floor.default(0.4).describe('Least lower bound of kappa; or both of the next two.'),
  tpr: Floor.default(0.7).describe('Least lower bound of the share of good answers that it passes.'),
  tnr: Floor.default(0.7).describe('Least lower bound of the share of bad answers that it fails.'),
  days: z.number().positive().default(180).describe('A record that is older is stale.'),
});
export type JudgePolicy = z.infer<typeof JudgePolicy>;
