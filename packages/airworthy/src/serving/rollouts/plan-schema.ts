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

/** Metrics of which a shadow tells nothing: it waits for the machine to have time, so it is slow by no fault of its own. */
const UNFAIR_TO_SHADOWS: ReadonlySet<GuardMetric> = new Set(['latency', 'slow-rate', 'cost']);

/** Does a guard say anything in such a step? */
export function isJudgedIn(metric: GuardMetric, mode: string): boolean {
  return mode !== 'shadow' || !(UNFAIR_TO_SHADOWS.has(metric) || LABEL_METRICS.has(metric));
}

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
    goal: GuardMetric.exclude(['score-shift']).describe(
      'The arm that is better than the champion by this goes on.',
    ),
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

interface Planned {
  steps: readonly RolloutStep[];
  guards: readonly Guard[];
  alpha: number;
}

type Problem = [path: (string | number)[], message: string];

function problemsOf({ steps, guards, alpha }: Planned): Problem[] {
  const named = guards.reduce((sum, guard) => sum + (guard.alpha ?? 0), 0);
  const isShared = guards.some((guard) => guard.alpha === undefined);
  const isSpent = named > alpha || (isShared && named === alpha);
  return [
    ...steps.flatMap(problemsOfStep),
    ...guards.flatMap((guard, index) => problemsOfGuard(guard, index, { steps, guards })),
    ...(isSpent
      ? [[['alpha'], `is less than what the guards need: ${named} is theirs already`] as Problem]
      : []),
  ];
}

function problemsOfStep(step: RolloutStep, index: number): Problem[] {
  const path = ['steps', index];
  const problems: Problem[] = [];
  if (step.minMinutes > step.maxMinutes)
    problems.push([[...path, 'minMinutes'], 'must not be above maxMinutes']);
  if (step.mode === 'ab' && Object.values(step.weights).reduce((sum, part) => sum + part, 0) > 1)
    problems.push([[...path, 'weights'], 'must not add up to more than 1']);
  return problems;
}

/** A guard that cannot say anything must not be taken for one that has nothing to say against it. */
function problemsOfGuard(
  { metric, compare }: Guard,
  index: number,
  { steps, guards }: Pick<Planned, 'steps' | 'guards'>,
): Problem[] {
  const path = ['guards', index, 'metric'];
  const first = guards.findIndex((guard) => guard.metric === metric && guard.compare === compare);
  if (first < index) return [[path, `is watched twice: guards[${first}] is the same`]];
  if (steps.some(({ mode }) => isJudgedIn(metric, mode))) return [];
  return [[path, 'is judged in none of the steps: a shadow tells nothing of it']];
}

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
  .superRefine((plan, check) => {
    for (const [path, message] of problemsOf(plan)) check.addIssue({ code: 'custom', path, message });
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
