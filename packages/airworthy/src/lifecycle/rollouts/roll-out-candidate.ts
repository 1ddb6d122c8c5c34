import { AirworthyError } from '../../kernel/errors.ts';
import type { Project } from '../../project/load-project.ts';
import { listRollouts } from '../../serving/index.ts';
import type { Context } from '../../store/ports.ts';
import { beginRollout } from './begin-rollout.ts';

/** Former rollouts that are looked through. */
const MOST = 100;

/** What becomes of a candidate that is not promoted at once, in words; `rollout` is its id where it is being rolled out. */
export interface RolledOut {
  rollout: string | null;
  reason: string;
}

/**
 * Rolls out a candidate whose gates pass; undefined where it is to be promoted as ever. One that a rollout took back is not
 * tried again by itself, and one that comes while another is on its way waits for the next ship.
 */
export async function rollOutCandidate(
  context: Context,
  project: Project,
  version: number,
  reason: string,
): Promise<RolledOut | undefined> {
  const { endpoint, model, config } = project;
  if (!config.serving.rollout.onShip) return undefined;
  const former = await listRollouts(context, { endpoint, limit: MOST });
  const last = former.find((each) => each.model === model && each.version === version);
  if (last?.state === 'retired') {
    const words = `rollout ${last.number} took it back (${last.sentence}); roll it out by hand if you want it`;
    return { rollout: null, reason: words };
  }
  try {
    const begun = await beginRollout(context, project, { version, reason });
    return begun && { rollout: begun.id, reason: `it is being rolled out (rollout ${begun.number})` };
  } catch (error) {
    if (AirworthyError.is(error) && error.code === 'ROLLOUT_UNDER_WAY')
      return { rollout: null, reason: error.message };
    throw error;
  }
}
