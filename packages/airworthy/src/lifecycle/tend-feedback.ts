import { curate, pruneFeedback } from '../feedback/index.ts';
import type { Project } from '../project/load-project.ts';
import { currentDeployment } from '../serving/index.ts';
import type { Context } from '../store/ports.ts';

/**
 * Turns labelled predictions into data before the prediction log forgets them, and deletes what is older than it is to
 * be kept. To be called now and then while a project serves; what was done is not done again.
 */
export async function tendFeedback(context: Context, { config, endpoint }: Project): Promise<void> {
  const deployment = await currentDeployment(context.store.database.sql, context.project, endpoint);
  if (deployment) {
    await curate(context, {
      endpoint,
      bundle: deployment.bundle,
      config: config.feedback.curation,
      quality: config.data.quality,
    });
  }
  await pruneFeedback(context, config);
}
