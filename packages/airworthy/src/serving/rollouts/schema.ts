import { z } from 'zod';
import { GuardMetric, RolloutPlan } from './plan-schema.ts';

export const RolloutStateName = z.enum([
  'registered',
  'loading',
  'warming',
  'shadow',
  'canary',
  'ab',
  'bandit',
  'paused',
  'promoting',
  'stable',
  'rolling-back',
  'retired',
]);
export type RolloutStateName = z.infer<typeof RolloutStateName>;

/** A version that takes part. The first of a rollout’s arms is the champion’s. */
export const RolloutArm = z.strictObject({
  name: z.string(),
  model: z.string(),
  version: z.int(),
  bundle: z.string(),
});
export type RolloutArm = z.infer<typeof RolloutArm>;

/** What to roll out: the version, or further arms too for A/B steps and bandits. */
export const StartRollout = z
  .strictObject({
    model: z.string().min(1).optional().describe('The endpoint’s own where absent.'),
    version: z.int().min(1).optional(),
    alias: z.string().min(1).optional(),
    arms: z
      .record(z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, 'must be kebab-case'), z.int().min(1))
      .default({})
      .describe('Further arms by name, each a version of the same model.'),
    plan: RolloutPlan.optional().describe('The project’s `serving.rollout.plan` where absent.'),
    reason: z.string().trim().min(1).max(2_000).default('started by hand'),
    force: z.boolean().default(false).describe('Within the cool-down of a rollback too.'),
  })
  .refine(
    ({ version, alias }) => (version === undefined) !== (alias === undefined),
    'give either version or alias',
  );
export type StartRollout = z.infer<typeof StartRollout>;

/** Why a person promotes, pauses, resumes or ends it. */
export const SteerRollout = z.strictObject({ reason: z.string().trim().min(1).max(2_000) });
export type SteerRollout = z.infer<typeof SteerRollout>;

/** A figure with an interval that stays valid however often one looks; nulls where nothing can be said yet. */
export const SequentialFigure = z.strictObject({
  estimate: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  n: z.int(),
});
export type SequentialFigure = z.infer<typeof SequentialFigure>;

/** `waiting`: too few samples; `no-data`: nothing to measure. */
export const GuardState = z.enum(['pass', 'fail', 'undecided', 'waiting', 'no-data']);
export type GuardState = z.infer<typeof GuardState>;

/** What a guard says: of how much worse the arm is, in the margin’s unit. */
export const GuardVerdict = SequentialFigure.extend({
  name: z.string(),
  metric: GuardMetric,
  arm: z.string(),
  state: GuardState,
  margin: z.number(),
  alpha: z.number().describe('Spent on this guard in this step.'),
  sentence: z.string(),
});
export type GuardVerdict = z.infer<typeof GuardVerdict>;

/** Do the arms get the part of the requests that they are to get? */
export const RatioCheck = z.strictObject({
  p: z.number().nullable(),
  state: z.enum(['ok', 'mismatch', 'waiting']),
});
export type RatioCheck = z.infer<typeof RatioCheck>;

/** One transition, with its evidence. */
export const RolloutEvent = z.strictObject({
  sequence: z.int().min(1),
  /** Milliseconds since the epoch. */
  at: z.number(),
  actor: z.string(),
  from: RolloutStateName.nullable(),
  to: RolloutStateName,
  step: z.int().describe('Index of the plan’s step it is in from here on; -1 before the first.'),
  weights: z.record(z.string(), z.number()).describe('Part of the units by arm from here on.'),
  challenger: z.string().describe('The arm that would be promoted.'),
  reason: z.string(),
  sentence: z.string(),
  evidence: z.record(z.string(), z.unknown()),
});
export type RolloutEvent = z.infer<typeof RolloutEvent>;

/** An event to be, before it has its number and time. */
export type RolloutDecision = Omit<RolloutEvent, 'sequence' | 'at' | 'actor' | 'from'>;

export const RolloutArmFigures = RolloutArm.extend({
  weight: z.number(),
  requests: z.int(),
  failures: z.int(),
  errorRate: SequentialFigure,
  latencyMs: z.strictObject({
    p50: z.number().nullable(),
    p95: z.number().nullable(),
    p99: z.number().nullable(),
  }),
  score: SequentialFigure,
  metric: SequentialFigure.extend({ name: z.string() })
    .nullable()
    .describe('What labels say of it, where there are any.'),
});
export type RolloutArmFigures = z.infer<typeof RolloutArmFigures>;

/** What the arm that is tried out would have said, where it said something else. */
export const ShadowDifference = z.strictObject({
  prediction: z.string(),
  at: z.number(),
  answered: z.unknown(),
  shadow: z.unknown(),
});

export const RolloutSummary = z.strictObject({
  id: z.string(),
  endpoint: z.string(),
  number: z.int(),
  model: z.string(),
  version: z.int(),
  control: z.int().describe('The version that serves meanwhile.'),
  state: RolloutStateName,
  step: z.int(),
  steps: z.int(),
  reason: z.string(),
  sentence: z.string().describe('How it stands, in words.'),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
});
export type RolloutSummary = z.infer<typeof RolloutSummary>;

export const RolloutDetail = RolloutSummary.extend({
  plan: RolloutPlan,
  arms: z.array(RolloutArmFigures),
  guards: z.array(GuardVerdict),
  srm: RatioCheck,
  events: z.array(RolloutEvent),
  exposure: z.strictObject({
    requests: z.int().describe('Requests that were answered by anything but the champion.'),
    share: z.number().nullable().describe('Of all requests of the rollout.'),
    shadowed: z.int().describe('Requests that an arm saw without answering them.'),
  }),
  shadow: z.strictObject({
    compared: z.int(),
    dropped: z.int().describe('Shadow requests for which the machine had no room.'),
    disagreed: z.int().describe('Comparisons in which the label was another one.'),
    differences: z.array(ShadowDifference),
  }),
});
export type RolloutDetail = z.infer<typeof RolloutDetail>;
