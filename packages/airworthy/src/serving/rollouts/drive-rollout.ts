import { type AirworthyError, toAirworthyError } from '../../kernel/errors.ts';
import { setAlias } from '../../registry/index.ts';
import type { Context } from '../../store/ports.ts';
import type { Endpoints } from '../endpoints/endpoints.ts';
import { currentDeployment } from '../endpoints/record-deployment.ts';
import { decideRollout } from './decide-rollout.ts';
import { latencyQuantile } from './latency-buckets.ts';
import { readLatencies, readSamples } from './read-samples.ts';
import { appendEvent, type Rollout } from './rollout-rows.ts';
import type { RolloutArm, RolloutDecision } from './schema.ts';
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
  /** Why the arms of a rollout under way could not be loaded here; null where they are. */
  problemOf(rollout: string): AirworthyError | null;
}

const LEAST_LATENCIES = 200;

/**
 * Takes a rollout one event further, if it is time for one; what was begun and not recorded when a process died is simply done
 * again. True where something happened.
 */
export async function driveRollout(means: DriveMeans, rollout: Rollout): Promise<boolean> {
  const { context } = means;
  switch (rollout.state.name) {
    case 'registered':
      return appendEvent(context, rollout, {
        ...{ ...standingOf(rollout), to: 'loading', reason: 'taken up' },
        sentence: 'a server loads it beside what serves',
      });
    case 'loading':
      return load(means, rollout);
    case 'warming':
      return enterFirstStep(context, rollout);
    case 'promoting':
      return promote(means, rollout);
    case 'rolling-back':
      return retire(means, rollout);
    case 'stable':
    case 'retired':
      return false;
    default:
      return judge(means, rollout);
  }
}

/** An event that changes nothing of who answers whom. */
function standingOf({ state: { step, weights, challenger } }: Rollout) {
  return { step, weights, challenger, evidence: {} };
}

/** From here on the champion answers everything, for such a reason. */
function backBecause(
  rollout: Rollout,
  why: Pick<RolloutDecision, 'reason' | 'sentence' | 'evidence'>,
): RolloutDecision {
  return { ...standingOf(rollout), to: 'rolling-back', weights: { [rollout.arms[0].name]: 1 }, ...why };
}

function backAfter(error: unknown, rollout: Rollout, reason: string): RolloutDecision {
  const { code, message } = toAirworthyError(error);
  return backBecause(rollout, { reason, sentence: message, evidence: { code } });
}

/** Loading proves a bundle against its golden records, and warms it up. */
async function load({ context, endpoints }: DriveMeans, rollout: Rollout): Promise<boolean> {
  const { arms, endpoint } = rollout;
  const tried = arms.slice(1);
  try {
    for (const arm of tried) await endpoints.addArm(endpoint, arm.name, toRelease(arm, rollout));
  } catch (error) {
    return appendEvent(context, rollout, backAfter(error, rollout, 'it could not be loaded'));
  }
  return appendEvent(context, rollout, {
    ...{ ...standingOf(rollout), to: 'warming', reason: 'loaded' },
    sentence: 'its golden records get the answers they were packed with',
    evidence: { versions: tried.map(({ version }) => version) },
  });
}

function enterFirstStep(context: Context, rollout: Rollout): Promise<boolean> {
  const { plan, arms, state } = rollout;
  const [first] = plan.steps;
  const names = arms.map(({ name }) => name);
  const weights = weightsIn(first, names, state.challenger);
  return appendEvent(context, rollout, {
    ...{ ...standingOf(rollout), to: first.mode, step: 0, weights },
    ...{ reason: 'ready', sentence: `step 1 of ${plan.steps.length} begins` },
  });
}

async function judge(means: DriveMeans, rollout: Rollout): Promise<boolean> {
  const { context, readOutcomes, readAlarm } = means;
  const superseded = await findSuccessor(context, rollout);
  if (superseded) return appendEvent(context, rollout, superseded);
  const problem = means.problemOf(rollout.id);
  // What a restart may mend is tried again; a bundle that is gone stays away.
  if (problem && problem.status < 500)
    return appendEvent(context, rollout, backAfter(problem, rollout, 'it can no longer be loaded'));
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
  const { endpoint, arms } = rollout;
  const serving = await currentDeployment(context.store.database.sql, context.project, endpoint);
  if (serving?.bundle === arms[0].bundle) return null;
  const evidence = { serving: serving ?? null };
  if (serving?.bundle === triedArm(rollout).bundle)
    return {
      ...{ ...standingOf(rollout), to: 'promoting', reason: 'it was deployed by hand', evidence },
      sentence: `version ${serving.version} was deployed beside the rollout`,
    };
  const what = serving === undefined ? 'nothing serves any more' : `version ${serving.version} was deployed`;
  const sentence = `${what}: there is nothing left to compare with`;
  return backBecause(rollout, { reason: 'superseded', sentence, evidence });
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
  const { endpoint, arms } = rollout;
  const tried = triedArm(rollout);
  const superseded = await findSuccessor(context, rollout);
  if (superseded?.to === 'rolling-back') return appendEvent(context, rollout, superseded);
  const { model, version } = tried;
  const why = reasonOf(rollout);
  const reason = `rollout ${rollout.number}: ${why}`;
  try {
    await endpoints.deploy(endpoint, { ...toRelease(tried, rollout), reason });
    stopRouting(endpoint);
    await setAlias(context, { model, alias, version, reason });
  } catch (error) {
    // A full disk passes; a bundle that does not load will not load the next time either.
    if (toAirworthyError(error).status >= 500) throw error;
    return appendEvent(context, rollout, backAfter(error, rollout, 'it could not be promoted'));
  }
  for (const { name } of arms.slice(1)) await endpoints.removeArm(endpoint, name);
  return appendEvent(context, rollout, {
    ...{ ...standingOf(rollout), to: 'stable', weights: { [arms[0].name]: 1 }, reason: why },
    ...{ sentence: `version ${version} answers everything`, evidence: { alias } },
  });
}

async function retire({ context, endpoints, stopRouting }: DriveMeans, rollout: Rollout): Promise<boolean> {
  const { endpoint, arms } = rollout;
  stopRouting(endpoint);
  for (const { name } of arms.slice(1)) await endpoints.removeArm(endpoint, name);
  const serving = await currentDeployment(context.store.database.sql, context.project, endpoint);
  const what = serving ? `version ${serving.version} answers everything` : 'nothing is served any more';
  return appendEvent(context, rollout, {
    ...{ ...standingOf(rollout), to: 'retired', reason: reasonOf(rollout) },
    sentence: `${what}; version ${triedArm(rollout).version} is out`,
  });
}

/** Why it goes where it is going. */
function reasonOf({ events }: Rollout): string {
  return events[events.length - 1].reason;
}

/** The arm that would be promoted. */
export function triedArm({ arms, state }: Pick<Rollout, 'arms' | 'state'>): RolloutArm {
  return arms.find(({ name }) => name === state.challenger) ?? arms[1];
}

export function toRelease({ model, version, bundle }: RolloutArm, { number }: Rollout) {
  return { model, version, bundle, reason: `rollout ${number}` };
}
