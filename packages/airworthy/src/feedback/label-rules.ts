import { AirworthyError } from '../kernel/errors.ts';
import { nearestName } from '../kernel/nearest-name.ts';
import type { Signature } from '../models/signature.ts';
import type { Task } from '../models/table.ts';
import { readBundleFile } from '../registry/index.ts';
import { currentDeployment, type ServingConfig } from '../serving/index.ts';
import type { Context } from '../store/ports.ts';
import type { LabelSettings } from './record-labels.ts';
import type { FeedbackConfig } from './schema.ts';

/** What an endpoint predicts, by the bundle it serves. @throws ENDPOINT_NOT_FOUND */
export async function endpointTask(context: Context, endpoint: string): Promise<Task> {
  const { sql } = context.store.database;
  const deployment = await currentDeployment(sql, context.project, endpoint);
  if (deployment) {
    const bytes = await readBundleFile(context, deployment.bundle, 'signature.json');
    return (JSON.parse(bytes.toString('utf8')) as Signature).task;
  }
  const rows = await sql
    .selectFrom('endpoint')
    .select('name')
    .where('project', '=', context.project)
    .execute();
  const nearest = nearestName(
    endpoint.slice(0, 100),
    rows.map((row) => row.name),
  );
  throw new AirworthyError('ENDPOINT_NOT_FOUND', {
    message: `no endpoint is named "${endpoint}"${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`,
    at: endpoint,
  });
}

/**
 * How labels of an endpoint are taken, by its model and the project's config.
 *
 * @param task what the endpoint predicts, where the caller knows
 * @throws ENDPOINT_NOT_FOUND
 */
export async function labelRules(
  context: Context,
  endpoint: string,
  config: { feedback: FeedbackConfig; serving: ServingConfig },
  task?: Task,
): Promise<LabelSettings> {
  return {
    endpoint,
    task: task ?? (await endpointTask(context, endpoint)),
    key: config.serving.key,
    labelsAhead: config.feedback.labelsAhead,
    retentionDays: config.serving.predictionLog.retentionDays,
  };
}
