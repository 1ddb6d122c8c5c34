import { checkRatio } from './check-ratio.ts';
import { guardName, type JudgedPhases, judgeGuard } from './judge-guards.ts';
import { type Guard, isJudgedIn, LABEL_METRICS, type RolloutPlan, type RolloutStep } from './plan-schema.ts';
import type { RolloutState } from './reduce-rollout.ts';
import { type ArmSample, type RolloutSamples, requestsOf } from './samples.ts';
import type { GuardVerdict, RatioCheck } from './schema.ts';
import { spendAlpha } from './spend-alpha.ts';

/** What is to be decided on. */
export interface RolloutCase {
  plan: RolloutPlan;
  /** Names of the arms; the champion’s first. */
  arms: readonly string[];
  /** Names the bandit’s draws, with the plan’s seed. */
  id: string;
  state: RolloutState;
  samples: RolloutSamples;
  /** Milliseconds since the epoch. */
  now: number;
  /** Why a bandit is not to learn now, such as an alert; null where it may. */
  frozen?: string | null;
}

/** How things stand at a moment. */
export interface RolloutJudgement {
  guards: GuardVerdict[];
  srm: RatioCheck;
}

/** What every guard says now of every arm that is tried out. */
export function judgeRollout({ plan, arms, state, samples }: RolloutCase): RolloutJudgement {
  const step = plan.steps[state.step];
  if (step === undefined) return { guards: [], srm: { p: null, state: 'waiting' } };
  const judged: JudgedPhases = { phases: state.phases, shadow: step.mode === 'shadow' };
  const guards = plan.guards
    .filter(({ metric }) => isJudgedIn(metric, step.mode))
    .flatMap((guard) => {
      const means = {
        samples,
        champion: arms[0],
        alpha: spendAlpha(plan, guard, arms.length - 1),
        ...(LABEL_METRICS.has(guard.metric)
          ? { judged: everythingAnswered(state), plannedN: longestOf(plan, guard) }
          : { judged, plannedN: step.minRequests }),
      };
      return triedArms(state, arms[0], step).map((arm) => judgeGuard(guard, arm, means));
    });
  return { guards, srm: checkRatio(samples.arms, judged) };
}

/** Labels come late, so that they are looked at over all steps in which more than one arm answered. */
function everythingAnswered({ history }: RolloutState): JudgedPhases {
  return { phases: history.filter(({ weights }) => Object.keys(weights).length > 1), shadow: false };
}

/** A sequence that goes on from step to step is tuned once for all of them. */
function longestOf({ steps }: RolloutPlan, { metric }: Guard): number {
  const judging = steps.filter(({ mode }) => isJudgedIn(metric, mode));
  return Math.max(...judging.map(({ minRequests }) => minRequests));
}

function triedArms({ weights, challenger }: RolloutState, champion: string, { mode }: RolloutStep): string[] {
  return mode === 'shadow' ? [challenger] : Object.keys(weights).filter((arm) => arm !== champion);
}

/** The guard that said it. */
export function guardOf({ guards }: RolloutPlan, { name }: GuardVerdict): Guard | undefined {
  return guards.find((guard) => guardName(guard) === name);
}

/** The verdicts that keep a step from ending. */
export function openVerdicts(plan: RolloutPlan, { guards }: RolloutJudgement): GuardVerdict[] {
  return guards.filter((verdict) => {
    if (verdict.state === 'no-data') return guardOf(plan, verdict)?.onNoData !== 'pass';
    return verdict.state !== 'pass';
  });
}

/** Did the step last long enough, and did each of its arms see as much as it is to see? */
export function isLongEnough(it: RolloutCase, step: RolloutStep): boolean {
  return it.now - it.state.stepSince >= step.minMinutes * 60_000 && hasEnough(it, step);
}

export function hasEnough({ state, samples, arms }: RolloutCase, step: RolloutStep): boolean {
  const needed = step.mode === 'shadow' ? [arms[0], state.challenger] : Object.keys(state.weights);
  return needed.every((arm) => requestsIn(samples, state, arm) >= step.minRequests);
}

/** Requests that an arm saw in the step. */
export function requestsIn(samples: RolloutSamples, state: RolloutState, arm: string): number {
  return samplesOf(samples, state, arm).reduce((sum, sample) => sum + requestsOf(sample), 0);
}

/** What is known of an arm in the step under way. */
export function samplesOf({ arms }: RolloutSamples, { phases }: RolloutState, arm: string): ArmSample[] {
  return arms.filter((sample) => sample.arm === arm && phases.some(({ phase }) => phase === sample.phase));
}

/** What a decision rests on, for the record. */
export function evidenceOf(
  { samples, state, arms }: RolloutCase,
  { guards, srm }: RolloutJudgement,
): Record<string, unknown> {
  const counted = arms.map((arm) => [arm, requestsIn(samples, state, arm)] as const);
  return { guards, srm, requests: Object.fromEntries(counted.filter(([, requests]) => requests > 0)) };
}
