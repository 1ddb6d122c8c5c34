import type { Kysely } from 'kysely';
import type { Context } from '../../store/ports.ts';
import { insertInChunks } from '../../store/sql/insert-in-chunks.ts';
import type { PredictionTable, Schema } from '../../store/sql/schema.ts';
import type { LoggedPrediction } from '../schema.ts';

export type PredictionRow = PredictionTable;

/** Inserts rows whose id is new; returns the ids that were. */
export async function insertPredictions(
  sql: Kysely<Schema>,
  rows: readonly PredictionRow[],
): Promise<string[]> {
  const inserted = await insertInChunks(sql, rows, (chunk) =>
    sql
      .insertInto('prediction')
      .values(chunk)
      .onConflict((conflict) => conflict.doNothing())
      .returning('id'),
  );
  return inserted.map(({ id }) => id);
}

/** A prediction on disk, by its id. */
export async function readPrediction(context: Context, id: string): Promise<LoggedPrediction | undefined> {
  const row = await context.store.database.sql
    .selectFrom('prediction')
    .selectAll()
    .where('project', '=', context.project)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && toLoggedPrediction(row);
}

export function toLoggedPrediction(row: Omit<PredictionRow, 'subject'>): LoggedPrediction {
  return {
    id: row.id,
    endpoint: row.endpoint,
    model: row.model,
    version: row.version,
    arm: row.arm,
    record: JSON.parse(row.record_json),
    output: JSON.parse(row.output_json),
    latencyUs: row.latency_us,
    at: row.at,
  };
}
