import { AirworthyError } from '../../kernel/errors.ts';
import type { Project } from '../../project/load-project.ts';
import { setAlias } from '../../registry/index.ts';
import type { Context } from '../../store/ports.ts';
import { deployChampion } from '../deploy-champion.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { beginRollout } from '../rollouts/begin-rollout.ts';
import { getImprovement, recordProgress } from './improvement-rows.ts';
import type { DecideImprovement, Improvement } from './schema.ts';

type Decision = DecideImprovement & { id: string };

/**
 * A person's decision about a challenger that passed its gates: approved, it becomes champion and is deployed, or is rolled
 * out where the project says so; rejected, the champion stays. The same decision again changes nothing.
 *
 * @throws IMPROVEMENT_NOT_FOUND, IMPROVEMENT_DECIDED where it does not await a decision, WORK_UNDER_WAY,
 * ROLLOUT_UNDER_WAY where another version is on its way
 */
export function decideImprovement(
  context: Context,
  project: Project,
  request: Decision,
): Promise<Improvement> {
  return oneAtATime(context, 'improving', () => decide(context, project, request));
}

async function decide(
  context: Context,
  project: Project,
  { id, decision, reason }: Decision,
): Promise<Improvement> {
  const improvement = await getImprovement(context, id);
  const wanted = decision === 'approve' ? 'promoted' : 'kept';
  if (improvement.state !== 'awaiting-approval') {
    if (improvement.state === wanted || (wanted === 'promoted' && improvement.state === 'rolling-out'))
      return improvement;
    throw new AirworthyError('IMPROVEMENT_DECIDED', {
      message: `improvement ${improvement.number} does not await a decision: it is ${improvement.state}`,
    });
  }
  const verb = decision === 'approve' ? 'approved' : 'rejected';
  const words = `${verb} by ${context.actor}: ${reason}; ${improvement.reason}`;
  if (decision === 'reject') return recordProgress(context, improvement, { state: 'kept', reason: words });
  const version = improvement.facts.challenger?.version as number;
  const rollout = await beginRollout(context, project, { version, reason: words, force: true });
  if (rollout)
    return recordProgress(context, improvement, {
      state: 'rolling-out',
      facts: { ...improvement.facts, rollout: rollout.id },
      reason: words,
    });
  await setAlias(context, {
    model: project.model,
    alias: project.config.registry.alias,
    version,
    reason: words.slice(0, 2_000),
  });
  await deployChampion(context, project, `improvement ${improvement.number}, ${verb}: ${reason}`);
  return recordProgress(context, improvement, { state: 'promoted', reason: words });
}
