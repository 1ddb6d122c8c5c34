import { setTimeout as pause } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { ServingConfig } from '../serving/index.ts';
import type { Context } from '../store/ports.ts';
import type { Schema } from '../store/sql/schema.ts';
import { WAITING } from './label-history.ts';
import { firstLabelIdAt } from './plan-labels.ts';
import type { FeedbackConfig } from './schema.ts';

const DAY_MS = 86_400_000;
/** Rows a statement: few enough that a write waiting behind it does not notice. */
const ROWS = 500;
const PAUSE_MS = 20;

/** What is older than it is kept for. */
export interface Pruned {
  /** Labels that waited for predictions which can no longer come; they are kept, and of no effect. */
  expired: number;
  /** Labels, what they decided, and feedback that were deleted. */
  deleted: number;
}

/**
 * Gives up on labels that have waited for as long as predictions are kept, and deletes labels, outcomes and feedback
 * older than `feedback.labelRetentionDays`, a few at a time. Rows of curated data stay.
 */
export async function pruneFeedback(
  context: Context,
  config: { feedback: FeedbackConfig; serving: ServingConfig },
): Promise<Pruned> {
  const now = context.clock.now();
  const expired = await expireWaiting(context, now - config.serving.predictionLog.retentionDays * DAY_MS);
  const oldest = now - config.feedback.labelRetentionDays * DAY_MS;
  const labels = await deleteLabels(context, oldest);
  const outcomes = await forEachEndpoint(context, (endpoint) => deleteOutcomes(context, endpoint, oldest));
  const feedback = await forEachEndpoint(context, (endpoint) => deleteFeedback(context, endpoint, oldest));
  return { expired, deleted: labels + outcomes + feedback };
}

function expireWaiting(context: Context, before: number): Promise<number> {
  const { project } = context;
  return repeat(context, async (sql) => {
    const waited = sql
      .selectFrom('label')
      .select('id')
      .where('project', '=', project)
      .where('state', '=', WAITING)
      .where('received_at', '<', before)
      .limit(ROWS);
    const expire = sql
      .updateTable('label')
      .set({ state: 'expired' })
      .where('project', '=', project)
      .where('id', 'in', waited);
    return (await expire.executeTakeFirst()).numUpdatedRows;
  });
}

function deleteLabels(context: Context, before: number): Promise<number> {
  const { project } = context;
  return repeat(context, async (sql) => {
    const old = sql
      .selectFrom('label')
      .select('id')
      .where('project', '=', project)
      .where('id', '<', firstLabelIdAt(before))
      .limit(ROWS);
    const remove = sql.deleteFrom('label').where('project', '=', project).where('id', 'in', old);
    return (await remove.executeTakeFirst()).numDeletedRows;
  });
}

function deleteOutcomes(context: Context, endpoint: string, before: number): Promise<number> {
  const { project } = context;
  return repeat(context, async (sql) => {
    const old = sql
      .selectFrom('outcome')
      .select('prediction')
      .where('project', '=', project)
      .where('endpoint', '=', endpoint)
      .where('predicted_at', '<', before)
      .limit(ROWS);
    const remove = sql.deleteFrom('outcome').where('project', '=', project).where('prediction', 'in', old);
    return (await remove.executeTakeFirst()).numDeletedRows;
  });
}

function deleteFeedback(context: Context, endpoint: string, before: number): Promise<number> {
  const { project } = context;
  return repeat(context, async (sql) => {
    const old = sql
      .selectFrom('feedback')
      .select('id')
      .where('project', '=', project)
      .where('endpoint', '=', endpoint)
      .where('at', '<', before)
      .limit(ROWS);
    const remove = sql.deleteFrom('feedback').where('project', '=', project).where('id', 'in', old);
    return (await remove.executeTakeFirst()).numDeletedRows;
  });
}

/** Runs a statement of at most ROWS rows until it finds no more; returns how many there were. */
async function repeat(
  context: Context,
  statement: (sql: Kysely<Schema>) => Promise<bigint>,
): Promise<number> {
  let total = 0;
  for (;;) {
    const rows = Number(await context.store.database.write(statement));
    total += rows;
    if (rows < ROWS) return total;
    await pause(PAUSE_MS);
  }
}

async function forEachEndpoint(
  { project, store }: Context,
  prune: (endpoint: string) => Promise<number>,
): Promise<number> {
  const endpoints = await store.database.sql
    .selectFrom('endpoint')
    .select('name')
    .where('project', '=', project)
    .execute();
  let total = 0;
  for (const { name } of endpoints) total += await prune(name);
  return total;
}
