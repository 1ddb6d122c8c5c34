import { checkInput } from '../../kernel/check-input.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import { currentDeployment } from '../endpoints/record-deployment.ts';
import { hasEnded, type RolloutState } from './reduce-rollout.ts';
import { appendEvent, type Rollout, readRollout } from './rollout-rows.ts';
import { type RolloutDecision, SteerRollout } from './schema.ts';

/** What a person may do with a rollout. */
export type RolloutAct = 'promote' | 'pause' | 'resume' | 'abort';

const TRIES = 5;

/**
 * Does what a person decides, with the reason on record; the server that serves the endpoint follows within a second. What is
 * so already is left as it is: acts are idempotent.
 *
 * @throws ROLLOUT_NOT_FOUND, ROLLOUT_STATE where its state does not allow it
 * @example
 * await steerRollout(context, id, 'abort', { reason: 'a customer complained' });
 */
export async function steerRollout(
  context: Context,
  id: string,
  act: RolloutAct,
  input: SteerRollout,
): Promise<Rollout> {
  const { reason } = checkInput('rollout', SteerRollout, input);
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const rollout = await readRollout(context, id);
    const decision = await decisionOf(context, rollout, act, reason);
    if (decision === null || (await appendEvent(context, rollout, decision))) return readRollout(context, id);
  }
  throw new AirworthyError('ROLLOUT_STATE', {
    message: `rollout ${id} changes too quickly to ${act} it; try again`,
  });
}

/** Null where it is so already. */
async function decisionOf(
  context: Context,
  rollout: Rollout,
  act: RolloutAct,
  reason: string,
): Promise<RolloutDecision | null> {
  const { state, arms } = rollout;
  const { name, step, weights, challenger } = state;
  const by = { reason, sentence: `${act} by hand`, evidence: { act }, step, challenger };
  if (act === 'promote' && (name === 'promoting' || name === 'stable')) return null;
  if (act === 'abort' && (name === 'rolling-back' || name === 'retired')) return null;
  if (act === 'pause' && name === 'paused') return null;
  if (act === 'resume' && isMoving(state)) return null;
  const refused = new AirworthyError('ROLLOUT_STATE', {
    message: `rollout ${rollout.number} of "${rollout.endpoint}" is ${name}: it cannot be told to ${act}`,
    facts: { state: name },
  });
  if (hasEnded(name) || name === 'rolling-back') throw refused;
  // A promotion that does not come about, because its bundle cannot be loaded now, may be given up.
  if (name === 'promoting' && (act !== 'abort' || (await isDeployed(context, rollout)))) throw refused;
  switch (act) {
    case 'promote':
      return { ...by, to: 'promoting', weights };
    case 'abort':
      return { ...by, to: 'rolling-back', weights: { [arms[0].name]: 1 } };
    case 'pause':
      if (!isMoving(state)) throw refused;
      return { ...by, to: 'paused', weights };
    case 'resume':
      if (state.pausedFrom === null) throw refused;
      return { ...by, to: state.pausedFrom, weights };
  }
}

async function isDeployed({ store, project }: Context, { endpoint, arms }: Rollout): Promise<boolean> {
  const serving = await currentDeployment(store.database.sql, project, endpoint);
  return serving?.bundle !== arms[0].bundle;
}

function isMoving({ name }: RolloutState): boolean {
  return name === 'shadow' || name === 'canary' || name === 'ab' || name === 'bandit';
}
