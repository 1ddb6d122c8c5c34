import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { FieldKind } from '../../models/table.ts';
import type { Engine } from '../engine/open-engine.ts';
import { sqlName } from '../engine/sql-text.ts';

/** Up to so many different texts a column is streamed as codes of a dictionary; above, text by text. */
export const LARGEST_DICTIONARY = 65_536;

/** How a stored column leaves DuckDB. */
export interface ColumnPlan {
  name: string;
  /** DOUBLE with NaN for missing; INTEGER code with -1 for missing; or VARCHAR. */
  sql: string;
  form: 'number' | 'code' | 'text';
  /** For codes: the texts in the order of their UTF-8 bytes. */
  dictionary: string[];
}

export interface StoredColumn {
  name: string;
  kind: FieldKind;
}

/** Plans the columns of a canonical relation; small dictionaries become DuckDB enumerations of this connection. */
export async function planColumns(
  engine: Engine,
  relation: string,
  columns: readonly StoredColumn[],
): Promise<ColumnPlan[]> {
  const plans: ColumnPlan[] = [];
  for (const [index, column] of columns.entries()) {
    const plan =
      column.kind === 'category'
        ? await planText(engine, relation, column.name, `dictionary_${index}`)
        : planNumber(column);
    plans.push(plan);
  }
  return plans;
}

function planNumber({ name, kind }: StoredColumn): ColumnPlan {
  const value = kind === 'timestamp' ? `epoch_ms(${sqlName(name)})` : sqlName(name);
  return { name, form: 'number', sql: `coalesce(${value}::DOUBLE, 'NaN'::DOUBLE)`, dictionary: [] };
}

async function planText(engine: Engine, relation: string, name: string, type: string): Promise<ColumnPlan> {
  const text = sqlName(name);
  const { count } = await engine.one<{ count: number }>(
    `SELECT count(*) AS count FROM (SELECT DISTINCT ${text} FROM ${relation} WHERE ${text} IS NOT NULL
     LIMIT ${LARGEST_DICTIONARY + 1})`,
  );
  if (count > LARGEST_DICTIONARY) return { name, form: 'text', sql: text, dictionary: [] };
  const dictionary = await distinctTexts(engine, relation, name);
  if (count === 0) return { name, form: 'code', sql: '(-1)::INTEGER', dictionary };
  await engine.run(
    `CREATE OR REPLACE TYPE ${type} AS ENUM (SELECT DISTINCT ${text} FROM ${relation} WHERE ${text} IS NOT NULL ORDER BY ${text})`,
  );
  const sql = `coalesce(enum_code(${text}::${type})::INTEGER, -1)`;
  return { name, form: 'code', sql, dictionary };
}

export async function distinctTexts(engine: Engine, relation: string, name: string): Promise<string[]> {
  const text = sqlName(name);
  const rows = await engine.all<{ text: string }>(
    `SELECT DISTINCT ${text} AS text FROM ${relation} WHERE ${text} IS NOT NULL ORDER BY text`,
  );
  return rows.map((row) => row.text);
}

/** Calls `take` for each chunk of rows in order, with the row at which the chunk starts. */
export async function streamColumns(
  engine: Engine,
  relation: string,
  plans: readonly ColumnPlan[],
  take: (chunk: DuckDBDataChunk, start: number) => void,
): Promise<void> {
  const list = plans.map((plan) => plan.sql).join(', ');
  const result = await engine.stream(`SELECT ${list} FROM ${relation}`);
  let start = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    take(chunk, start);
    start += chunk.rowCount;
  }
}
