import { toAirworthyError } from '../../kernel/errors.ts';
import { setAlias } from '../../registry/index.ts';
import type { Context } from '../../store/ports.ts';
import type { Endpoints } from '../endpoints/endpoints.ts';
import { currentDeployment } from '../endpoints/record-deployment.ts';
import { decideRollout, type RolloutDecision } from './decide-rollout.ts';
import { latencyQuantile } from './latency-buckets.ts';
import { readLatencies, readSamples } from './read-samples.ts';
import { appendEvent, type Rollout } from './rollout-rows.ts';
import type { RolloutArm } from './schema.ts';
import { weightsIn } from './step-weights.ts';
import { type OutcomeReader, takeOutcomes } from './take-outcomes.ts';

/** What a rollout needs to know of rooms that come after serving. */
export interface RolloutPorts {
  /** What labels and people say. */
  readOutcomes?: OutcomeReader | undefined;
  /** Why a bandit is not to learn now, such as an open alert; null where it may. */
  readAlarm?: ((endpoint: string) => Promise<string | null>) | undefined;
}

export interface DriveMeans extends RolloutPorts {
  context: Context;
  endpoints: Endpoints;
  /** The alias that a promotion moves. */
  alias: string;
  /** Stops sending units to the arms, in this process, at once. */
  stopRouting(endpoint: string): void;
}

const LEAST_LATENCIES = 200;

/**
 * Takes a rollout one event further, if it is time for one; what was begun and not recorded when a process died is simply done
 * again. True where something happened.
 */
export async function driveRollout(means: DriveMeans, rollout: Rollout): Promise<boolean> {
  const { context, endpoints } = means;
  const { state, arms } = rollout;
  const idle = { step: state.step, weights: state.weights, challenger: state.challenger, evidence: {} };
  switch (state.name) {
    case 'registered':
      return appendEvent(context, rollout, { ...idle, to: 'loading', reason: 'taken up', sentence: '' });
    case 'loading':
      return load(means, rollout);
    case 'warming':
      return enterFirstStep(context, rollout);
    case 'promoting':
      return promote(means, rollout);
    case 'rolling-back':
      means.stopRouting(rollout.endpoint);
      for (const { name } of arms.slice(1)) await endpoints.removeArm(rollout.endpoint, name);
      return appendEvent(context, rollout, {
        ...{ ...idle, to: 'retired', reason: rollout.events.at(-1)?.reason ?? 'rolled back' },
        sentence: `version ${arms[0].version} answers everything; version ${triedArm(rollout).version} is unloaded`,
      });
    case 'stable':
    case 'retired':
      return false;
    default:
      return judge(means, rollout);
  }
}

/** Loading proves a bundle against its golden records, and warms it up. */
async function load({ context, endpoints }: DriveMeans, rollout: Rollout): Promise<boolean> {
  const { arms, endpoint, state } = rollout;
  const idle = { step: state.step, weights: state.weights, challenger: state.challenger };
  try {
    for (const arm of arms.slice(1)) await endpoints.addArm(endpoint, arm.name, toRelease(arm, rollout));
  } catch (error) {
    const { code, message } = toAirworthyError(error);
    return appendEvent(context, rollout, {
      ...{
        ...idle,
        to: 'rolling-back',
        reason: 'it could not be loaded',
        sentence: message,
        evidence: { code },
      },
    });
  }
  const versions = arms.slice(1).map(({ version }) => version);
  return appendEvent(context, rollout, {
    ...{
      ...idle,
      to: 'warming',
      reason: 'loaded',
      sentence: 'its golden records get the answers they were packed with',
    },
    evidence: { versions },
  });
}

function enterFirstStep(context: Context, rollout: Rollout): Promise<boolean> {
  const { plan, arms, state } = rollout;
  const [first] = plan.steps;
  const names = arms.map(({ name }) => name);
  const weights = weightsIn(first, names, state.challenger);
  return appendEvent(context, rollout, {
    ...{ to: first.mode, step: 0, weights, challenger: state.challenger },
    ...{ reason: 'ready', sentence: `step 1 of ${plan.steps.length} begins`, evidence: {} },
  });
}

async function judge(means: DriveMeans, rollout: Rollout): Promise<boolean> {
  const { context, readOutcomes, readAlarm } = means;
  const superseded = await findSuccessor(context, rollout);
  if (superseded) return appendEvent(context, rollout, superseded);
  if (readOutcomes) await takeOutcomes(context, rollout, readOutcomes);
  const samples = await readSamples(context, rollout);
  const { plan, arms, id, state, endpoint } = rollout;
  const bandit = plan.steps[state.step]?.mode === 'bandit';
  const frozen = bandit && readAlarm ? await readAlarm(endpoint) : null;
  const names = arms.map(({ name }) => name);
  const now = context.clock.now();
  const decision = decideRollout({ plan, arms: names, id, state, samples, now, frozen });
  if (decision === null) return false;
  // The pointer first, the record after it: every request from here on is the champion’s.
  if (decision.to === 'rolling-back') means.stopRouting(endpoint);
  const entersStep = decision.step !== state.step && rollout.slowUs === null;
  const slowUs = entersStep ? await learnSlowUs(context, rollout) : undefined;
  return appendEvent(context, rollout, decision, { slowUs });
}

/** Where another version was deployed meanwhile: what was being compared with is no longer there. */
async function findSuccessor(context: Context, rollout: Rollout): Promise<RolloutDecision | null> {
  const { endpoint, arms, state } = rollout;
  const serving = await currentDeployment(context.store.database.sql, context.project, endpoint);
  if (serving?.bundle === arms[0].bundle) return null;
  const shared = { step: state.step, challenger: state.challenger, evidence: { serving: serving ?? null } };
  if (serving?.bundle === triedArm(rollout).bundle)
    return {
      ...{ ...shared, to: 'promoting', weights: state.weights, reason: 'it was deployed by hand' },
      sentence: `version ${serving.version} was deployed beside the rollout`,
    };
  const what = serving === undefined ? 'nothing serves any more' : `version ${serving.version} was deployed`;
  return {
    ...{ ...shared, to: 'rolling-back', weights: { [arms[0].name]: 1 }, reason: 'superseded' },
    sentence: `${what}: there is nothing left to compare with`,
  };
}

/** From what the champion took so far; fixed before the step in which it is used begins. */
async function learnSlowUs(context: Context, { id, arms }: Rollout): Promise<number | undefined> {
  const counts = (await readLatencies(context, id)).get(arms[0].name) ?? [];
  if (counts.reduce((sum, { requests }) => sum + requests, 0) < LEAST_LATENCIES) return undefined;
  const slow = latencyQuantile(counts, 0.99);
  return slow === null ? undefined : Math.round(slow);
}

async function promote(
  { context, endpoints, alias, stopRouting }: DriveMeans,
  rollout: Rollout,
): Promise<boolean> {
  const { endpoint, state, arms } = rollout;
  const tried = triedArm(rollout);
  const last = rollout.events.at(-1);
  const reason = `rollout ${rollout.number}: ${last?.reason ?? 'promoted'}`;
  const { model, version } = tried;
  try {
    await endpoints.deploy(endpoint, { ...toRelease(tried, rollout), reason });
    stopRouting(endpoint);
    await setAlias(context, { model, alias, version, reason });
  } catch (error) {
    const { code, message, status } = toAirworthyError(error);
    // A full disk passes; a bundle that does not load will not load the next time either.
    if (status >= 500) throw error;
    const weights = { [arms[0].name]: 1 };
    const { step, challenger } = state;
    return appendEvent(context, rollout, {
      ...{
        to: 'rolling-back',
        step,
        weights,
        challenger,
        reason: 'it could not be promoted',
        sentence: message,
      },
      evidence: { code },
    });
  }
  for (const { name } of arms.slice(1)) await endpoints.removeArm(endpoint, name);
  return appendEvent(context, rollout, {
    ...{ to: 'stable', step: state.step, weights: { [arms[0].name]: 1 }, challenger: state.challenger },
    ...{
      reason: last?.reason ?? 'promoted',
      sentence: `version ${version} answers everything`,
      evidence: { alias },
    },
  });
}

/** The arm that would be promoted. */
export function triedArm({ arms, state }: Pick<Rollout, 'arms' | 'state'>): RolloutArm {
  return arms.find(({ name }) => name === state.challenger) ?? arms[1];
}

export function toRelease({ model, version, bundle }: RolloutArm, { number }: Rollout) {
  return { model, version, bundle, reason: `rollout ${number}` };
}
