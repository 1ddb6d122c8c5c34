import { count, figure, plural } from '../../kernel/figures.ts';
import { judgeGuard } from './judge-guards.ts';
import {
  evidenceOf,
  guardOf,
  hasEnough,
  isLongEnough,
  judgeRollout,
  openVerdicts,
  type RolloutCase,
  type RolloutJudgement,
  requestsIn,
} from './judge-rollout.ts';
import { learnWeights } from './learn-weights.ts';
import type { Guard, RolloutStep } from './plan-schema.ts';
import type { GuardVerdict, RolloutDecision } from './schema.ts';
import { weightsIn } from './step-weights.ts';

const MOVING: ReadonlySet<string> = new Set(['shadow', 'canary', 'ab', 'bandit']);
/** Parts that change by less than this are left as they are. */
const LEAST_CHANGE = 0.005;

/**
 * What is to happen next, if anything. Pure: the same events and samples give the same decision in every process, so that any
 * of them may take it and a decision can be looked at again later. An arm that is worse goes, paused or not; else doubts pause
 * it; else a step of which every guard has seen enough gives way to the next; and one whose time is over pauses.
 */
export function decideRollout(it: RolloutCase): RolloutDecision | null {
  const { state, plan } = it;
  const step = plan.steps[state.step];
  if (step === undefined || !(MOVING.has(state.name) || state.name === 'paused')) return null;
  const judgement = judgeRollout(it);
  const worse = whereWorse(it, judgement);
  if (worse || state.name === 'paused') return worse;
  return whereDoubtful(it, judgement) ?? whereDone(it, step, judgement) ?? whereLate(it, step, judgement);
}

/** An arm that is worse goes; where it was the only one, or the shadow, the rollout does. */
function whereWorse(it: RolloutCase, judgement: RolloutJudgement): RolloutDecision | null {
  const { state, arms, plan } = it;
  const failed = judgement.guards.filter(
    (verdict) => verdict.state === 'fail' && guardOf(plan, verdict)?.onFail !== 'pause',
  );
  if (failed.length === 0) return null;
  const gone = new Set(failed.map(({ arm }) => arm));
  const left = Object.keys(state.weights).filter((arm) => arm !== arms[0] && !gone.has(arm));
  const why = { reason: `worse: ${namesOf(failed)}`, sentence: sentencesOf(failed) };
  if (left.length === 0) return { ...toChampion(it), ...why, evidence: evidenceOf(it, judgement) };
  const kept = Object.fromEntries(left.map((arm) => [arm, state.weights[arm]]));
  const rest = left.reduce((sum, arm) => sum - kept[arm], 1);
  return {
    ...{ to: state.name, step: state.step, weights: { ...kept, [arms[0]]: Math.round(rest * 1e9) / 1e9 } },
    challenger: gone.has(state.challenger) ? left[0] : state.challenger,
    ...why,
    evidence: evidenceOf(it, judgement),
  };
}

/** What a person should look at before it goes on. */
function whereDoubtful(it: RolloutCase, judgement: RolloutJudgement): RolloutDecision | null {
  const { srm, guards } = judgement;
  if (srm.state === 'mismatch') {
    const sentence = `parts that differ so much have a probability of ${figure(srm.p ?? 0)}: the assignment or the counting is broken`;
    return pause(it, judgement, { reason: 'the arms do not get their parts of the requests', sentence });
  }
  const failed = guards.filter(({ state }) => state === 'fail');
  if (failed.length === 0) return null;
  return pause(it, judgement, { reason: `worse: ${namesOf(failed)}`, sentence: sentencesOf(failed) });
}

/** The next step, or the promotion, where every guard passes; a bandit may draw new parts before that. */
function whereDone(it: RolloutCase, step: RolloutStep, judgement: RolloutJudgement): RolloutDecision | null {
  const isDone = isLongEnough(it, step) && openVerdicts(it.plan, judgement).length === 0;
  if (step.mode === 'bandit') return whereLearned(it, step, judgement, isDone);
  if (!isDone) return null;
  const said = sentencesOf(judgement.guards) || 'no guard stands in its way';
  const evidence = evidenceOf(it, judgement);
  if (step.mode !== 'ab') return goOn(it, { challenger: it.state.challenger, sentence: said, evidence });
  const goals = judgeGoal(it, step);
  const [best] = goals
    .filter(({ state, high }) => state === 'pass' && high !== null && high < 0)
    .sort((a, b) => (a.estimate ?? 0) - (b.estimate ?? 0));
  if (best === undefined) return null;
  const sentence = `${sentencesOf([best])}; ${said}`;
  return goOn(it, { challenger: best.arm, sentence, evidence: { ...evidence, goals } });
}

/** How each arm compares with the champion by what an A/B step is to find out: below zero it is better. */
function judgeGoal(
  { plan, arms, samples, state }: RolloutCase,
  { goal, minRequests }: RolloutStep & { mode: 'ab' },
): GuardVerdict[] {
  const guard: Guard = {
    ...{ metric: goal, compare: 'vs-control', minSamples: 30, onFail: 'pause', onNoData: 'pause' },
  };
  const means = {
    ...{ samples, judged: { phases: state.phases, shadow: false }, plannedN: minRequests, champion: arms[0] },
    alpha: plan.alpha / Math.max(1, arms.length - 1),
  };
  const alive = Object.keys(state.weights).filter((arm) => arm !== arms[0]);
  return alive.map((arm) => judgeGuard(guard, arm, means));
}

/** A bandit draws new parts from the rewards so far, and ends once it is sure of the best arm. */
function whereLearned(
  it: RolloutCase,
  step: RolloutStep & { mode: 'bandit' },
  judgement: RolloutJudgement,
  isDone: boolean,
): RolloutDecision | null {
  const learned = learnWeights(it, step);
  if (learned === undefined) return null;
  const { state, arms } = it;
  const { weights, best, probability, sentence } = learned;
  const evidence = { ...evidenceOf(it, judgement), ...learned.evidence };
  if (isDone && probability >= step.confidence) {
    if (best !== arms[0]) return goOn(it, { challenger: best, sentence, evidence });
    return { ...toChampion(it), reason: 'the champion is the best arm', sentence, evidence };
  }
  if (Object.keys(weights).every((arm) => Math.abs(weights[arm] - state.weights[arm]) < LEAST_CHANGE))
    return null;
  return {
    ...{ to: state.name, step: state.step, weights, challenger: state.challenger },
    ...{ reason: 'parts drawn anew from the rewards', sentence, evidence },
  };
}

/** Undecided when its time is over: a person decides. */
function whereLate(it: RolloutCase, step: RolloutStep, judgement: RolloutJudgement): RolloutDecision | null {
  const { state, now, samples, plan, frozen } = it;
  if (now - state.countedSince < step.maxMinutes * 60_000) return null;
  const reason = `inconclusive after ${figure(step.maxMinutes)} minutes`;
  const why = [
    ...(frozen ? [`the bandit does not learn: ${frozen}`] : []),
    ...(hasEnough(it, step)
      ? []
      : [
          `${plural(requestsIn(samples, state, state.challenger), 'request')} of ${count(step.minRequests)} seen`,
        ]),
    ...openVerdicts(plan, judgement).map((verdict) => sentencesOf([verdict])),
    ...(step.mode === 'ab' ? [`by the goal: ${sentencesOf(judgeGoal(it, step))}`] : []),
  ];
  return pause(it, judgement, { reason, sentence: why.join('; ') || reason });
}

function goOn(
  { plan, state, arms }: RolloutCase,
  why: Pick<RolloutDecision, 'challenger' | 'sentence' | 'evidence'>,
): RolloutDecision {
  const { steps } = plan;
  const next = steps[state.step + 1];
  if (next === undefined)
    return {
      ...{ to: 'promoting', step: state.step, weights: state.weights, reason: 'all steps passed', ...why },
    };
  const alive = arms.filter((arm) => !state.removed.includes(arm));
  const weights = weightsIn(next, alive, why.challenger);
  const reason = `step ${state.step + 1} of ${steps.length} passed`;
  return { to: next.mode, step: state.step + 1, weights, reason, ...why };
}

function pause(
  it: RolloutCase,
  judgement: RolloutJudgement,
  why: Pick<RolloutDecision, 'reason' | 'sentence'>,
): RolloutDecision {
  const { step, weights, challenger } = it.state;
  return { to: 'paused', step, weights, challenger, ...why, evidence: evidenceOf(it, judgement) };
}

function toChampion({ state, arms }: RolloutCase) {
  const { step, challenger } = state;
  return { to: 'rolling-back' as const, step, challenger, weights: { [arms[0]]: 1 } };
}

function namesOf(verdicts: readonly GuardVerdict[]): string {
  return [...new Set(verdicts.map(({ name }) => name))].join(', ');
}

function sentencesOf(verdicts: readonly GuardVerdict[]): string {
  return verdicts.map(({ arm, sentence }) => `${arm}: ${sentence}`).join('; ');
}
