import type { CompiledQuery, Kysely } from 'kysely';
import type { Context } from '../store/ports.ts';
import type { PredictionTable, Schema } from '../store/sql/schema.ts';
import type { LoggedPrediction } from './schema.ts';

export type PredictionRow = PredictionTable;

/** Rows a statement: 11 variables each. One a row would cost PostgreSQL a round trip a prediction. */
const CHUNK = 50;

/** Inserts rows whose id is new; returns the ids that were. */
export async function insertPredictions(
  sql: Kysely<Schema>,
  rows: readonly PredictionRow[],
): Promise<string[]> {
  const inserted: string[] = [];
  // Compiled once for all chunks of a length: building the query anew costs several times the insert itself.
  const compiled = new Map<number, CompiledQuery<{ id: string }>>();
  for (let start = 0; start < rows.length; start += CHUNK) {
    const chunk = rows.slice(start, start + CHUNK).map(inColumnOrder);
    const query = compiled.get(chunk.length) ?? compileInsert(sql, chunk);
    compiled.set(chunk.length, query);
    const result = await sql.executeQuery<{ id: string }>({
      ...query,
      parameters: chunk.flatMap((row) => Object.values(row)),
    });
    for (const { id } of result.rows) inserted.push(id);
  }
  return inserted;
}

function compileInsert(sql: Kysely<Schema>, rows: PredictionRow[]): CompiledQuery<{ id: string }> {
  return sql
    .insertInto('prediction')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .compile();
}

function inColumnOrder(row: PredictionRow): PredictionRow {
  const {
    project,
    id,
    endpoint,
    model,
    version,
    arm,
    record_json,
    output_json,
    latency_us,
    at,
    business_key,
  } = row;
  return {
    project,
    id,
    endpoint,
    model,
    version,
    arm,
    record_json,
    output_json,
    latency_us,
    at,
    business_key,
  };
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

export function toLoggedPrediction(row: PredictionRow): LoggedPrediction {
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
