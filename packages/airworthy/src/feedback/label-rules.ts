import { AirworthyError } from '../kernel/errors.ts';
import { nearestName } from '../kernel/nearest-name.ts';
import type { Signature } from '../models/signature.ts';
import type { Task } from '../models/table.ts';
import { readBundleFile } from '../registry/index.ts';
import { currentDeployment, type ServingConfig } from '../serving/index.ts';
import type { Context } from '../store/ports.ts';
import type { FeedbackRules } from './record-feedback.ts';
import type { LabelSettings } from './record-labels.ts';
import type { FeedbackConfig } from './schema.ts';

/** What an endpoint predicts, by the bundle it serves. @throws ENDPOINT_NOT_FOUND, ENDPOINT_WITHOUT_TASK */
export async function endpointTask(context: Context, endpoint: string): Promise<Task> {
  const { sql } = context.store.database;
  const deployment = await currentDeployment(sql, context.project, endpoint);
  if (deployment) {
    const bytes = await readBundleFile(context, deployment.bundle, 'signature.json');
    return requireTask(endpoint, (JSON.parse(bytes.toString('utf8')) as Signature).task);
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

/** How feedback on an endpoint is taken: corrections of answers that are no class or number are kept, and are no labels. */
export async function feedbackRules(
  context: Context,
  endpoint: string,
  config: { feedback: FeedbackConfig; serving: ServingConfig },
  task?: Task | null,
): Promise<FeedbackRules> {
  if (task === null) return { endpoint, task };
  return labelRules(context, endpoint, config, task).catch((error: unknown) => {
    if (AirworthyError.is(error) && error.code === 'ENDPOINT_WITHOUT_TASK') return { endpoint, task: null };
    throw error;
  });
}

/**
 * How labels of an endpoint are taken, by its model and the project's config.
 *
 * @param task what the endpoint predicts, where the caller knows
 * @throws ENDPOINT_NOT_FOUND, ENDPOINT_WITHOUT_TASK
 */
export async function labelRules(
  context: Context,
  endpoint: string,
  config: { feedback: FeedbackConfig; serving: ServingConfig },
  task?: Task | null,
): Promise<LabelSettings> {
  return {
    endpoint,
    task: task === undefined ? await endpointTask(context, endpoint) : requireTask(endpoint, task),
    key: config.serving.key,
    labelsAhead: config.feedback.labelsAhead,
    retentionDays: config.serving.predictionLog.retentionDays,
  };
}

/** A label says which class or number it should have been: there is none to say of text or any other answer. */
function requireTask(endpoint: string, task: Task | null): Task {
  if (task) return task;
  throw new AirworthyError('ENDPOINT_WITHOUT_TASK', {
    message: `endpoint "${endpoint}" gives neither a class nor a number, so that it takes no labels`,
    at: endpoint,
  });
}
