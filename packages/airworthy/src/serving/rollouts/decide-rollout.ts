import { count, figure, plural } from '../../kernel/figures.ts';
import { checkRatio } from './check-ratio.ts';
import { drawWeights } from './draw-weights.ts';
import { guardName, isJudgedIn, type JudgedPhases, judgeGuard } from './judge-guards.ts';
import type { RolloutState } from './reduce-rollout.ts';
import { type ArmSample, addTotals, type RolloutSamples, requestsOf, totalsOf } from './samples.ts';
import {
  type Guard,
  type GuardVerdict,
  LABEL_METRICS,
  type RatioCheck,
  type RolloutEvent,
  type RolloutPlan,
  type RolloutStep,
} from './schema.ts';
import { spendAlpha } from './spend-alpha.ts';
import { weightsIn } from './step-weights.ts';

const MINUTE_MS = 60_000;
const MOVING: ReadonlySet<string> = new Set(['shadow', 'canary', 'ab', 'bandit']);
/** Parts that change by less than this are left as they are. */
const LEAST_CHANGE = 0.005;

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

/** An event to be, before it has its number and time. */
export type RolloutDecision = Omit<RolloutEvent, 'sequence' | 'at' | 'actor' | 'from'>;

/** What every guard says now of every arm that is tried out. */
export function judgeRollout({ plan, arms, state, samples }: RolloutCase): RolloutJudgement {
  const step = plan.steps[state.step];
  if (step === undefined) return { guards: [], srm: { p: null, state: 'waiting' } };
  const shadow = step.mode === 'shadow';
  const judged: JudgedPhases = { phases: state.phases, shadow };
  const everything: JudgedPhases = {
    phases: state.history.filter(({ weights }) => Object.keys(weights).length > 1),
    shadow: false,
  };
  const [champion] = arms;
  const tried = triedArms(state, arms, shadow);
  const guards = plan.guards
    .filter(({ metric }) => isJudgedIn(metric, step.mode))
    .flatMap((guard) =>
      tried.map((arm) =>
        judgeGuard(guard, arm, {
          samples,
          judged: LABEL_METRICS.has(guard.metric) ? everything : judged,
          alpha: spendAlpha(plan, guard, arms.length - 1),
          plannedN: step.minRequests,
          champion,
        }),
      ),
    );
  return { guards, srm: checkRatio(samples.arms, judged) };
}

function triedArms(
  { weights, challenger }: RolloutState,
  [champion]: readonly string[],
  shadow: boolean,
): string[] {
  return shadow ? [challenger] : Object.keys(weights).filter((arm) => arm !== champion);
}

/**
 * What is to happen next, if anything. Pure: the same events and samples give the same decision in every process, so that any
 * of them may take it and a decision can be looked at again later.
 */
export function decideRollout(it: RolloutCase): RolloutDecision | null {
  const { state, plan } = it;
  const step = plan.steps[state.step];
  if (step === undefined || !(MOVING.has(state.name) || state.name === 'paused')) return null;
  const judgement = judgeRollout(it);
  const worse = whereWorse(it, judgement);
  if (worse) return worse;
  if (state.name === 'paused') return null;
  const doubt = whereDoubtful(it, judgement);
  if (doubt) return doubt;
  if (it.now - state.stepSince >= step.minMinutes * MINUTE_MS && hasEnough(it, step)) {
    const done = whereDone(it, step, judgement);
    if (done) return done;
  }
  return whereLearned(it, step, judgement) ?? whereLate(it, step, judgement);
}

/** An arm that is worse goes; where it was the only one, or the shadow, the rollout does. */
function whereWorse(it: RolloutCase, judgement: RolloutJudgement): RolloutDecision | null {
  const { state, arms, plan } = it;
  const failed = judgement.guards.filter(
    (verdict) => verdict.state === 'fail' && onFail(plan, verdict) === 'rollback',
  );
  if (failed.length === 0) return null;
  const gone = new Set(failed.map(({ arm }) => arm));
  const left = Object.keys(state.weights).filter((arm) => arm !== arms[0] && !gone.has(arm));
  const why = failed.map(({ arm, sentence }) => `${arm}: ${sentence}`).join('; ');
  const reason = failed.map(({ name }) => name).join(', ');
  const evidence = evidenceOf(it, judgement);
  if (left.length === 0)
    return {
      ...{ to: 'rolling-back', step: state.step, weights: { [arms[0]]: 1 }, challenger: state.challenger },
      ...{ reason: `worse: ${reason}`, sentence: why, evidence },
    };
  const weights = { ...state.weights };
  for (const arm of gone) {
    weights[arms[0]] += weights[arm];
    delete weights[arm];
  }
  const challenger = gone.has(state.challenger) ? left[0] : state.challenger;
  return {
    to: state.name,
    step: state.step,
    weights,
    challenger,
    reason: `worse: ${reason}`,
    sentence: why,
    evidence,
  };
}

function onFail(plan: RolloutPlan, { name }: GuardVerdict): Guard['onFail'] {
  return plan.guards.find((guard) => guardName(guard) === name)?.onFail ?? 'rollback';
}

/** What a person should look at before it goes on. */
function whereDoubtful(it: RolloutCase, judgement: RolloutJudgement): RolloutDecision | null {
  if (judgement.srm.state === 'mismatch')
    return pause(it, judgement, 'the arms do not get their parts of the requests', [
      `parts that differ so much have a probability of ${figure(judgement.srm.p ?? 0)}: the assignment or the counting is broken`,
    ]);
  const failed = judgement.guards.filter(({ state }) => state === 'fail');
  if (failed.length === 0) return null;
  const names = failed.map(({ name }) => name).join(', ');
  return pause(
    it,
    judgement,
    `worse: ${names}`,
    failed.map(({ arm, sentence }) => `${arm}: ${sentence}`),
  );
}

function pause(
  it: RolloutCase,
  judgement: RolloutJudgement,
  reason: string,
  why: readonly string[],
): RolloutDecision {
  const { step, weights, challenger } = it.state;
  const sentence = why.join('; ') || reason;
  return { to: 'paused', step, weights, challenger, reason, sentence, evidence: evidenceOf(it, judgement) };
}

function hasEnough({ state, samples, arms }: RolloutCase, step: RolloutStep): boolean {
  const needed = step.mode === 'shadow' ? [arms[0], state.challenger] : Object.keys(state.weights);
  return needed.every((arm) => requestsIn(samples.arms, state, arm) >= step.minRequests);
}

function requestsIn(samples: readonly ArmSample[], { phases }: RolloutState, arm: string): number {
  const own = samples.filter(
    (sample) => sample.arm === arm && phases.some(({ phase }) => phase === sample.phase),
  );
  return own.reduce((sum, sample) => sum + requestsOf(sample), 0);
}

/** The next step, or the promotion, where every guard passes. */
function whereDone(it: RolloutCase, step: RolloutStep, judgement: RolloutJudgement): RolloutDecision | null {
  if (!judgement.guards.every((verdict) => isPassed(it.plan, verdict))) return null;
  if (step.mode === 'bandit') return null;
  const said = judgement.guards.map(({ sentence }) => sentence).join('; ') || 'no guard stands in its way';
  if (step.mode !== 'ab') return goOn(it, judgement, it.state.challenger, said);
  const found = bestBy(it, step, judgement);
  return found === null ? null : goOn(it, judgement, found.arm, `${found.arm}: ${found.sentence}; ${said}`);
}

function isPassed(plan: RolloutPlan, { state, name }: GuardVerdict): boolean {
  if (state !== 'no-data') return state === 'pass';
  return plan.guards.find((guard) => guardName(guard) === name)?.onNoData === 'pass';
}

function goOn(
  it: RolloutCase,
  judgement: RolloutJudgement,
  challenger: string,
  said: string,
): RolloutDecision {
  const { plan, state, arms } = it;
  const next = state.step + 1;
  const evidence = evidenceOf(it, judgement);
  if (next >= plan.steps.length)
    return {
      ...{ to: 'promoting', step: state.step, weights: state.weights, challenger },
      ...{ reason: 'all steps passed', sentence: said, evidence },
    };
  const { mode } = plan.steps[next];
  const weights = weightsIn(plan.steps[next], arms, challenger);
  const reason = `step ${state.step + 1} of ${plan.steps.length} passed`;
  return { to: mode, step: next, weights, challenger, reason, sentence: said, evidence };
}

/** The arm that is better than the champion beyond doubt by the step’s goal; of several the one that seems best. */
function bestBy(
  it: RolloutCase,
  step: RolloutStep & { mode: 'ab' },
  judgement: RolloutJudgement,
): GuardVerdict | null {
  const { plan, arms, samples, state } = it;
  const goal: Guard = {
    metric: step.goal,
    compare: 'vs-control',
    minSamples: 30,
    onFail: 'pause',
    onNoData: 'pause',
  };
  const alive = Object.keys(state.weights).filter((arm) => arm !== arms[0]);
  const judged = { phases: state.phases, shadow: false };
  const alpha = plan.alpha / Math.max(1, arms.length - 1);
  const verdicts = alive.map((arm) =>
    judgeGuard(goal, arm, { samples, judged, alpha, plannedN: step.minRequests, champion: arms[0] }),
  );
  judgement.guards.push(...verdicts.map((verdict) => ({ ...verdict, name: `goal ${verdict.name}` })));
  const better = verdicts.filter(({ high }) => high !== null && high < 0);
  return better.sort((a, b) => (a.estimate ?? 0) - (b.estimate ?? 0))[0] ?? null;
}

/** A bandit draws new parts from the rewards so far, and ends once it is sure of the best arm. */
function whereLearned(
  it: RolloutCase,
  step: RolloutStep,
  judgement: RolloutJudgement,
): RolloutDecision | null {
  const { state, now, samples, plan, arms } = it;
  if (step.mode !== 'bandit' || it.frozen || now - state.weightsSince < step.updateMinutes * MINUTE_MS)
    return null;
  const rewards = Object.keys(state.weights).map((arm) => ({
    arm,
    rewards: rewardsIn(samples.arms, state, arm),
  }));
  const seed = `${plan.seed}/${it.id}/${state.lastSequence + 1}`;
  const drawn = drawWeights(rewards, { floor: step.floor, seed });
  if (drawn === undefined) return null;
  const [best, probability] = Object.entries(drawn.best).reduce((a, b) => (b[1] > a[1] ? b : a));
  const said = rewards
    .map(
      ({ arm, rewards: { n, sum } }) =>
        `${arm}: mean reward ${figure(sum / n)}, n ${count(n)}, best with probability ${figure(drawn.best[arm])}`,
    )
    .join('; ');
  const evidence = { ...evidenceOf(it, judgement), rewards, best: drawn.best, seed };
  const settled = now - state.stepSince >= step.minMinutes * MINUTE_MS && hasEnough(it, step);
  if (
    probability >= step.confidence &&
    settled &&
    judgement.guards.every((verdict) => isPassed(plan, verdict))
  ) {
    if (best === arms[0])
      return {
        ...{ to: 'rolling-back', step: state.step, weights: { [best]: 1 }, challenger: state.challenger },
        ...{ reason: 'the champion is the best arm', sentence: said, evidence },
      };
    return { ...goOn(it, judgement, best, said), evidence };
  }
  const changes = Object.keys(drawn.weights).some(
    (arm) => Math.abs(drawn.weights[arm] - state.weights[arm]) >= LEAST_CHANGE,
  );
  if (!changes) return null;
  const { challenger } = state;
  return {
    ...{ to: state.name, step: state.step, weights: drawn.weights, challenger },
    ...{ reason: 'parts drawn anew from the rewards', sentence: said, evidence },
  };
}

function rewardsIn(samples: readonly ArmSample[], { phases }: RolloutState, arm: string) {
  const own = samples.filter(
    (sample) => sample.arm === arm && phases.some(({ phase }) => phase === sample.phase),
  );
  return addTotals(own.flatMap((sample) => totalsOf(sample, 'reward')));
}

/** Undecided when its time is over: a person decides. */
function whereLate(it: RolloutCase, step: RolloutStep, judgement: RolloutJudgement): RolloutDecision | null {
  const { state, now, samples } = it;
  if (now - state.countedSince < step.maxMinutes * MINUTE_MS) return null;
  const open = judgement.guards.filter((verdict) => !isPassed(it.plan, verdict));
  const few = hasEnough(it, step)
    ? []
    : [
        `${plural(requestsIn(samples.arms, state, state.challenger), 'request')} of ${count(step.minRequests)} seen`,
      ];
  const frozen = it.frozen ? [`the bandit does not learn: ${it.frozen}`] : [];
  return pause(it, judgement, `inconclusive after ${figure(step.maxMinutes)} minutes`, [
    ...frozen,
    ...few,
    ...open.map(({ arm, sentence }) => `${arm}: ${sentence}`),
  ]);
}

/** What a decision rested on, for the record. */
function evidenceOf(
  { samples, state }: RolloutCase,
  { guards, srm }: RolloutJudgement,
): Record<string, unknown> {
  const of = samples.arms.filter(({ phase }) => state.phases.some((known) => known.phase === phase));
  const requests: Record<string, number> = {};
  for (const sample of of) requests[sample.arm] = (requests[sample.arm] ?? 0) + requestsOf(sample);
  return { guards, srm, requests };
}
