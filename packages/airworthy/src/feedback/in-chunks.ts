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

/** Rows a statement that inserts. */
const INSERTED = 100;

/** Inserts rows of the same columns, many a statement; `build` is called once for each number of rows. */
export async function insertInChunks<Row extends object>(
  sql: Kysely<Schema>,
  rows: readonly Row[],
  build: (chunk: Row[]) => Built<unknown>,
): Promise<void> {
  if (rows.length === 0) return;
  // The order in which a row lists its columns is an accident; that of the statement is the first row's.
  const columns = Object.keys(rows[0]) as (keyof Row)[];
  const inOrder = (row: Row) => Object.fromEntries(columns.map((column) => [column, row[column]])) as Row;
  const built = new Map<number, CompiledQuery>();
  for (let start = 0; start < rows.length; start += INSERTED) {
    if (start > 0) await nextTurn();
    const chunk = rows.slice(start, start + INSERTED);
    const query = built.get(chunk.length) ?? build(chunk.map(inOrder)).compile();
    built.set(chunk.length, query);
    const parameters = chunk.flatMap((row) => columns.map((column) => row[column]));
    await sql.executeQuery({ ...query, parameters });
  }
}
