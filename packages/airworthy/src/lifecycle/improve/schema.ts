import { z } from 'zod';
import { Verdict } from '../../evaluation/index.ts';

/** What began an improvement, in words and by kind; `asked`: a person did. */
export const ImprovementCause = z.strictObject({
  on: z.enum(['performance', 'estimated-performance', 'estimate-disagrees', 'labels', 'schedule', 'asked']),
  sentence: z.string(),
});
export type ImprovementCause = z.infer<typeof ImprovementCause>;

/** What is known of an improvement so far; each step adds its part. */
export const ImprovementFacts = z.strictObject({
  /** The rows: a dataset version, and from which moment on they judge (milliseconds since the epoch). */
  data: z
    .strictObject({
      dataset: z.string(),
      version: z.int(),
      digest: z.string(),
      /** The column with the time of the prediction. */
      time: z.string(),
      judgeFrom: z.number(),
      judgeTo: z.number(),
      trainRows: z.int(),
      judgeRows: z.int(),
    })
    .optional(),
  run: z.string().optional(),
  /** What the gates said of challenger against champion on these rows. */
  verdicts: z.array(Verdict).optional(),
  champion: z.strictObject({ version: z.int(), bundle: z.string() }).optional(),
  challenger: z.strictObject({ version: z.int(), bundle: z.string() }).optional(),
  /** The rollout that decides, where the challenger is not deployed at once. */
  rollout: z.string().optional(),
});
export type ImprovementFacts = z.infer<typeof ImprovementFacts>;

export const ImprovementState = z.enum([
  'training',
  'judging',
  'awaiting-approval',
  'rolling-out',
  'promoted',
  'kept',
  'failed',
]);
export type ImprovementState = z.infer<typeof ImprovementState>;

/** One turn of the loop. `kept`: the champion stays; `reason` says why, whatever the state. */
export const Improvement = z.strictObject({
  id: z.string(),
  endpoint: z.string(),
  /** 1, 2, 3 … of the endpoint. */
  number: z.int(),
  state: ImprovementState,
  cause: ImprovementCause,
  facts: ImprovementFacts,
  reason: z.string(),
  actor: z.string(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
});
export type Improvement = z.infer<typeof Improvement>;

export const DecideImprovement = z.strictObject({
  decision: z.enum(['approve', 'reject']),
  reason: z.string().trim().min(1, 'a reason is required').max(2_000),
});
export type DecideImprovement = z.infer<typeof DecideImprovement>;
