import { z } from 'zod';

/** What can be watched of an arm. The last three need labels. */
export const GuardMetric = z.enum([
  'error-rate',
  'slow-rate',
  'latency',
  'invalid-output',
  'refusal-rate',
  'score-shift',
  'cost',
  'accuracy',
  'log-loss',
  'absolute-error',
]);
export type GuardMetric = z.infer<typeof GuardMetric>;

/** Each margin is in the metric's own unit; see docs/rollouts.md. */
const MARGINS: Readonly<Record<GuardMetric, number>> = {
  'error-rate': 0.01,
  'slow-rate': 0.02,
  latency: 0.25,
  'invalid-output': 0.01,
  'refusal-rate': 0.02,
  'score-shift': 0.25,
  cost: 0.25,
  accuracy: 0.02,
  'log-loss': 0.02,
  'absolute-error': 0.05,
};

/** Metrics that only labels tell: they are looked at over the whole rollout, since labels come late. */
export const LABEL_METRICS: ReadonlySet<GuardMetric> = new Set(['accuracy', 'log-loss', 'absolute-error']);

/** Metrics of which a limit says something without a comparison. */
const TAKES_LIMITS: ReadonlySet<GuardMetric> = new Set([
  'error-rate',
  'slow-rate',
  'latency',
  'invalid-output',
  'refusal-rate',
  'cost',
]);

export const Guard = z
  .strictObject({
    metric: GuardMetric.describe('What is watched.'),
    compare: z
      .enum(['vs-control', 'absolute'])
      .default('vs-control')
      .describe('Against what serves now, at the same time; or against `margin` itself.'),
    margin: z
      .number()
      .positive()
      .optional()
      .describe(
        'How much worse is still acceptable: shares as 0.01, latency, cost and absolute error as a part of the control’s (0.25 is a quarter more), a score shift in the control’s standard deviations.',
      ),
    alpha: z
      .number()
      .gt(0)
      .lt(0.5)
      .optional()
      .describe(
        'Its own share of false alarms over the whole rollout; an equal part of the plan’s where absent.',
      ),
    minSamples: z.int().min(30).default(100).describe('Nothing is concluded from fewer of an arm.'),
    onFail: z
      .enum(['rollback', 'pause'])
      .default('rollback')
      .describe('What happens where the arm is worse.'),
    onNoData: z
      .enum(['pause', 'pass'])
      .default('pause')
      .describe('What happens at the end of a step in which nothing could be measured.'),
  })
  .refine(
    ({ metric, compare }) => compare === 'vs-control' || TAKES_LIMITS.has(metric),
    'only shares, latency (in milliseconds) and cost can be held to an absolute limit',
  );
export type Guard = z.infer<typeof Guard>;

/** How much worse an arm may be. */
export function marginOf({ metric, margin }: Pick<Guard, 'metric' | 'margin'>): number {
  return margin ?? MARGINS[metric];
}

const duration = (minMinutes: number, minRequests: number) => ({
  minRequests: z
    .int()
    .min(30)
    .max(100_000_000)
    .default(minRequests)
    .describe('Requests that each arm must have answered before the step may end.'),
  minMinutes: z
    .number()
    .min(0)
    .max(525_600)
    .default(minMinutes)
    .describe('The step lasts at least this long.'),
  maxMinutes: z
    .number()
    .positive()
    .max(525_600)
    .default(1_440)
    .describe('Where the guards have not decided by then, the rollout pauses for a person.'),
});

const share = z.number().gt(0).max(1);

export const RolloutStep = z.discriminatedUnion('mode', [
  z.strictObject({
    mode: z.literal('shadow'),
    share: share
      .default(1)
      .describe('Part of the requests that the arm sees as well, after they were answered.'),
    ...duration(1, 200),
  }),
  z.strictObject({
    mode: z.literal('canary'),
    weight: z.number().gt(0).lt(1).describe('Part of the units that the new version answers.'),
    ...duration(5, 200),
  }),
  z.strictObject({
    mode: z.literal('ab'),
    weights: z
      .record(z.string(), share)
      .describe('Part of the units by arm; what is left to 1 stays with the champion.'),
    goal: GuardMetric.describe('The arm that is better than the champion by this goes on.'),
    ...duration(60, 500),
  }),
  z.strictObject({
    mode: z.literal('bandit'),
    reward: z.enum(['label', 'feedback']).default('label').describe('Where rewards come from.'),
    floor: z.number().min(0.05).max(0.5).default(0.05).describe('Least part of the units for each arm.'),
    updateMinutes: z
      .number()
      .positive()
      .max(525_600)
      .default(10)
      .describe('How often the parts are drawn anew.'),
    confidence: z
      .number()
      .gt(0.5)
      .lt(1)
      .default(0.95)
      .describe('The step ends once an arm is the best one with this probability.'),
    ...duration(60, 500),
  }),
]);
export type RolloutStep = z.infer<typeof RolloutStep>;

const STEPS: z.input<typeof RolloutStep>[] = [
  { mode: 'shadow' },
  { mode: 'canary', weight: 0.05 },
  { mode: 'canary', weight: 0.25 },
  { mode: 'canary', weight: 0.5 },
];
const GUARDS: z.input<typeof Guard>[] = [
  { metric: 'error-rate' },
  { metric: 'refusal-rate' },
  { metric: 'slow-rate', onNoData: 'pass' },
  { metric: 'latency' },
  { metric: 'score-shift', onNoData: 'pass' },
];

/** How a new version comes to serve everybody, or does not. */
export const RolloutPlan = z
  .strictObject({
    steps: z
      .array(RolloutStep)
      .min(1)
      .max(20)
      .prefault(STEPS)
      .describe('One after the other, then it is promoted.'),
    guards: z.array(Guard).max(20).prefault(GUARDS).describe('What must hold in every step.'),
    alpha: z
      .number()
      .gt(0)
      .lt(0.5)
      .default(0.05)
      .describe('How often at most a version that is no worse is rolled back, over all guards and steps.'),
    salt: z.string().max(100).optional().describe('Names the assignment; the rollout’s own id where absent.'),
    seed: z.int().min(0).default(1).describe('Of the bandit’s draws.'),
    coolDownMinutes: z
      .number()
      .min(0)
      .max(525_600)
      .default(60)
      .describe('A version that was rolled back is not tried again for this long, unless forced.'),
  })
  .superRefine(({ steps }, check) => {
    for (const [index, step] of steps.entries()) {
      const path = ['steps', index];
      if (step.minMinutes > step.maxMinutes)
        check.addIssue({
          code: 'custom',
          path: [...path, 'minMinutes'],
          message: 'must not be above maxMinutes',
        });
      if (step.mode === 'ab' && Object.values(step.weights).reduce((sum, part) => sum + part, 0) > 1)
        check.addIssue({
          code: 'custom',
          path: [...path, 'weights'],
          message: 'must not add up to more than 1',
        });
    }
  });
export type RolloutPlan = z.infer<typeof RolloutPlan>;

/** The `serving.rollout` key of a project. */
export const RolloutConfig = z.strictObject({
  onShip: z
    .boolean()
    .default(false)
    .describe(
      'A ship or an improvement that passes its gates starts a rollout instead of deploying at once.',
    ),
  plan: RolloutPlan.prefault({}).describe('How rollouts go that name no plan of their own.'),
});
export type RolloutConfig = z.infer<typeof RolloutConfig>;

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
