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
  const { project } = context;
  const oldest = now - config.feedback.labelRetentionDays * DAY_MS;
  const expired = await repeat(context, async (sql) => {
    const waited = sql
      .selectFrom('label')
      .select('id')
      .where('project', '=', project)
      .where('state', '=', WAITING)
      .where('received_at', '<', now - config.serving.predictionLog.retentionDays * DAY_MS)
      .limit(ROWS);
    return sql
      .updateTable('label')
      .set({ state: 'expired' })
      .where('project', '=', project)
      .where('id', 'in', waited)
      .executeTakeFirst()
      .then((result) => result.numUpdatedRows);
  });
  const labels = await repeat(context, (sql) => {
    const old = sql
      .selectFrom('label')
      .select('id')
      .where('project', '=', project)
      .where('id', '<', firstLabelIdAt(oldest))
      .limit(ROWS);
    return deleted(sql.deleteFrom('label').where('project', '=', project).where('id', 'in', old));
  });
  const outcomes = await forEachEndpoint(context, (sql, endpoint) => {
    const old = sql
      .selectFrom('outcome')
      .select('prediction')
      .where('project', '=', project)
      .where('endpoint', '=', endpoint)
      .where('predicted_at', '<', oldest)
      .limit(ROWS);
    return deleted(sql.deleteFrom('outcome').where('project', '=', project).where('prediction', 'in', old));
  });
  const feedback = await forEachEndpoint(context, (sql, endpoint) => {
    const old = sql
      .selectFrom('feedback')
      .select('id')
      .where('project', '=', project)
      .where('endpoint', '=', endpoint)
      .where('at', '<', oldest)
      .limit(ROWS);
    return deleted(sql.deleteFrom('feedback').where('project', '=', project).where('id', 'in', old));
  });
  return { expired, deleted: labels + outcomes + feedback };
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
  context: Context,
  statement: (sql: Kysely<Schema>, endpoint: string) => Promise<bigint>,
): Promise<number> {
  const endpoints = await context.store.database.sql
    .selectFrom('endpoint')
    .select('name')
    .where('project', '=', context.project)
    .execute();
  let total = 0;
  for (const { name } of endpoints) total += await repeat(context, (sql) => statement(sql, name));
  return total;
}

async function deleted(query: { executeTakeFirst(): Promise<{ numDeletedRows: bigint }> }): Promise<bigint> {
  return (await query.executeTakeFirst()).numDeletedRows;
}
