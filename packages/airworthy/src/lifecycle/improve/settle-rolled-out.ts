import { AirworthyError } from '../../kernel/errors.ts';
import type { Project } from '../../project/load-project.ts';
import { type Rollout, readRollout } from '../../serving/index.ts';
import type { Context } from '../../store/ports.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { newestImprovement, recordProgress } from './improvement-rows.ts';
import type { Improvement } from './schema.ts';

/** Writes down what came of the newest improvement that is being rolled out, once its rollout is over; call it at any time. */
export async function settleRolledOut(
  context: Context,
  { endpoint }: Pick<Project, 'endpoint'>,
): Promise<void> {
  try {
    await oneAtATime(context, 'improving', async () => {
      const improvement = await newestImprovement(context, endpoint);
      if (improvement?.state === 'rolling-out') await settleOne(context, improvement);
    });
  } catch (error) {
    // Whoever improves now looks at it first.
    if (AirworthyError.is(error) && error.code === 'WORK_UNDER_WAY') return;
    throw error;
  }
}

/** The improvement as its rollout left it; as it is where that goes on. */
export async function settleOne(context: Context, improvement: Improvement): Promise<Improvement> {
  const { rollout: id, challenger } = improvement.facts;
  const rollout = await readRollout(context, id as string);
  if (rollout.endedAt === null) return improvement;
  const { state, arms } = rollout;
  const [, tried] = arms;
  const isPromoted = state.name === 'stable' && tried.version === challenger?.version;
  const reason = `rollout ${rollout.number}, ${endOf(rollout)}; ${improvement.reason}`;
  return recordProgress(context, improvement, { state: isPromoted ? 'promoted' : 'kept', reason });
}

/** Why it ended as it did: what was decided before everything was put in its place. */
function endOf({ events }: Rollout): string {
  const decided = events.findLast(({ to }) => to === 'promoting' || to === 'rolling-back');
  return decided === undefined ? 'over' : `${decided.reason}: ${decided.sentence}`;
}
