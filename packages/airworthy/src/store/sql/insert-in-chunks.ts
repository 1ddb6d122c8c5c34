import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CompiledQuery, Kysely } from 'kysely';
import type { Schema } from './schema.ts';

/** Rows a statement: one a row would cost PostgreSQL a round trip each. */
const CHUNK = 100;

/**
 * Inserts rows of the same columns, many a statement, and returns what the statements return. `build` is called once
 * for each number of rows: building a query costs several times the insert itself. Others get their turn between chunks.
 */
export async function insertInChunks<Row extends object, Returned>(
  sql: Kysely<Schema>,
  rows: readonly Row[],
  build: (chunk: Row[]) => { compile(): CompiledQuery<Returned> },
): Promise<Returned[]> {
  if (rows.length === 0) return [];
  // The order in which a row lists its columns is an accident; that of the statement is the first row's.
  const columns = Object.keys(rows[0]) as (keyof Row)[];
  const inOrder = (row: Row) => Object.fromEntries(columns.map((column) => [column, row[column]])) as Row;
  const built = new Map<number, CompiledQuery<Returned>>();
  const returned: Returned[] = [];
  for (let start = 0; start < rows.length; start += CHUNK) {
    if (start > 0) await nextTurn();
    const chunk = rows.slice(start, start + CHUNK);
    const query = built.get(chunk.length) ?? build(chunk.map(inOrder)).compile();
    built.set(chunk.length, query);
    const parameters = chunk.flatMap((row) => columns.map((column) => row[column]));
    for (const row of (await sql.executeQuery<Returned>({ ...query, parameters })).rows) returned.push(row);
  }
  return returned;
}
