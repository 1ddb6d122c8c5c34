import { setTimeout as pause } from 'node:timers/promises';
import type { Context } from '../../store/ports.ts';

const DAY_MS = 86_400_000;
/** Rows a delete: small enough that a write waiting behind it does not notice. */
const ROWS = 500;
const PAUSE_MS = 20;

/** Deletes predictions older than `retentionDays`, a few at a time; returns how many went. */
export async function prunePredictions(context: Context, retentionDays: number): Promise<number> {
  const before = context.clock.now() - retentionDays * DAY_MS;
  const endpoints = await context.store.database.sql
    .selectFrom('endpoint')
    .select('name')
    .where('project', '=', context.project)
    .execute();
  let deleted = 0;
  for (const { name } of endpoints) {
    for (let rows = ROWS; rows === ROWS; await pause(PAUSE_MS)) {
      rows = await deleteOldest(context, name, before);
      deleted += rows;
    }
  }
  return deleted;
}

function deleteOldest(context: Context, endpoint: string, before: number): Promise<number> {
  return context.store.database.write(async (sql) => {
    const oldest = sql
      .selectFrom('prediction')
      .select('id')
      .where('project', '=', context.project)
      .where('endpoint', '=', endpoint)
      .where('at', '<', before)
      .orderBy('at')
      .limit(ROWS);
    const { numDeletedRows } = await sql
      .deleteFrom('prediction')
      .where('project', '=', context.project)
      .where('id', 'in', oldest)
      .executeTakeFirst();
    return Number(numDeletedRows);
  });
}
