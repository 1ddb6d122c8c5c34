import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CompiledQuery, Kysely } from 'kysely';
import type { Schema } from '../store/sql/schema.ts';

/** Values a query: far below the variables a statement may have, and a few milliseconds of work. */
const CHUNK = 500;

/** A query that Kysely has built and not run. */
interface Built<Row> {
  compile(): CompiledQuery<Row>;
}

/**
 * Runs a query over a long list of values, some hundreds at a time, and returns the rows of all. `build` must use the
 * values in one place only, after every other variable. It is called once: building costs more than running. Others
 * get their turn between chunks.
 */
export async function selectInChunks<Row>(
  sql: Kysely<Schema>,
  values: readonly string[],
  build: (chunk: readonly string[]) => Built<Row>,
): Promise<Row[]> {
  const rows: Row[] = [];
  let whole: CompiledQuery<Row> | undefined;
  for (let start = 0; start < values.length; start += CHUNK) {
    if (start > 0) await nextTurn();
    const chunk = values.slice(start, start + CHUNK);
    let query = chunk.length === CHUNK ? whole : undefined;
    if (query === undefined) {
      query = build(chunk).compile();
      if (chunk.length === CHUNK) whole = query;
    } else {
      const others = query.parameters.slice(0, query.parameters.length - CHUNK);
      query = { ...query, parameters: [...others, ...chunk] };
    }
    for (const row of (await sql.executeQuery(query)).rows) rows.push(row);
  }
  return rows;
}
