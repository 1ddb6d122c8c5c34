import type { Project } from '../../project/load-project.ts';
import { currentDeployment, type Rollout, startRollout } from '../../serving/index.ts';
import type { Context } from '../../store/ports.ts';

/**
 * Where the project says so (`serving.rollout.onShip`) and something serves already, rolls a candidate out instead of making it
 * champion at once; undefined where it is to be promoted as ever. One that is being rolled out goes on.
 *
 * @throws ROLLOUT_UNDER_WAY, ROLLOUT_COOLING_DOWN unless forced
 */
export async function beginRollout(
  context: Context,
  { endpoint, model, config }: Project,
  { version, reason, force = false }: { version: number; reason: string; force?: boolean },
): Promise<Rollout | undefined> {
  const { rollout } = config.serving;
  if (!rollout.onShip) return undefined;
  const serving = await currentDeployment(context.store.database.sql, context.project, endpoint);
  if (serving === undefined || serving.model !== model || serving.version === version) return undefined;
  const asked = { model, version, force, reason: reason.slice(0, 2_000) };
  return startRollout(context, endpoint, asked, rollout);
}
