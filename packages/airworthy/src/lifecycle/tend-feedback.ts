import { pruneFeedback } from '../feedback/index.ts';
import type { Project } from '../project/load-project.ts';
import { currentDeployment } from '../serving/index.ts';
import type { Context } from '../store/ports.ts';
import { curateServed } from './curate-served.ts';
import { settleRolledOut } from './improve/settle-rolled-out.ts';

/**
 * Turns labelled predictions into data before the prediction log forgets them, and deletes what is older than it is to
 * be kept; and sees that an improvement whose rollout is over says so. To be called now and then while a project serves; what was done is not done again.
 */
export async function tendFeedback(context: Context, project: Project): Promise<void> {
  const { endpoint, config } = project;
  const serves = await currentDeployment(context.store.database.sql, context.project, endpoint);
  if (serves) await curateServed(context, project, endpoint);
  await settleRolledOut(context, project);
  await pruneFeedback(context, config);
}
