import { AirworthyError } from '../../kernel/errors.ts';
import type { Project } from '../../project/load-project.ts';
import { currentDeployment, listRollouts, startRollout } from '../../serving/index.ts';
import type { Context } from '../../store/ports.ts';

/** Former rollouts that are looked through. */
const MOST = 100;

/**
 * Where the project says so (`serving.rollout.onShip`) and something serves already, rolls a candidate out instead of making it
 * champion at once. Returns how that stands in words; undefined where the candidate is to be promoted as ever. A candidate that
 * a rollout took back is not tried again by itself.
 */
export async function beginRollout(
  context: Context,
  { endpoint, model, config }: Project,
  version: number,
  reason: string,
): Promise<string | undefined> {
  const { rollout } = config.serving;
  if (!rollout.onShip) return undefined;
  const serving = await currentDeployment(context.store.database.sql, context.project, endpoint);
  if (serving === undefined || serving.model !== model || serving.version === version) return undefined;
  const former = await listRollouts(context, { endpoint, limit: MOST });
  const last = former.find((each) => each.model === model && each.version === version);
  if (last?.state === 'retired')
    return `rollout ${last.number} took it back (${last.sentence}); roll it out by hand if you want it`;
  try {
    const { number } = await startRollout(
      context,
      endpoint,
      { model, version, reason: reason.slice(0, 2_000) },
      rollout,
    );
    return `it is being rolled out (rollout ${number})`;
  } catch (error) {
    // Another version is on its way: the candidate waits for the next ship.
    if (AirworthyError.is(error) && error.code === 'ROLLOUT_UNDER_WAY') return error.message;
    throw error;
  }
}
