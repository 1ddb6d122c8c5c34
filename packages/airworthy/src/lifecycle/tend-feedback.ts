import { pruneFeedback } from '../feedback/index.ts';
import type { Project } from '../project/load-project.ts';
import { currentDeployment } from '../serving/index.ts';
import type { Context } from '../store/ports.ts';
import { curateServed } from './curate-served.ts';
import { settleRolledOut } from './improve/settle-rolled-out.ts';
import { pruneTraces } from './prune-traces.ts';

/**
 * Deletes traces older than they are to be kept; turns labelled predictions into data before the prediction log forgets them,
 * where the project trains on data; deletes feedback older than it is to be kept; and sees that an improvement whose rollout is
 * over says so. To be called now and then while a project serves; what was done is not done again.
 */
export async function tendFeedback(context: Context, project: Project): Promise<void> {
  const { endpoint, config } = project;
  await pruneTraces(context, config.tracking.traces);
  const serves = await currentDeployment(context.store.database.sql, context.project, endpoint);
  if (serves && config.data !== undefined) await curateServed(context, project, endpoint);
  await settleRolledOut(context, project);
  await pruneFeedback(context, config);
}
