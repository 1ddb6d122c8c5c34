import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Column, Field, Table } from '../../models/table.ts';
import { takeRows } from '../take-rows.ts';

/** The rows a program may write predictions.csv for: the first of the training rows, without the target. */
const MOST_CHECK_ROWS = 1_000;

/** Rows turned to text at a time. */
const BATCH = 10_000;

export interface HandOver {
  folder: string;
  table: Table;
  fields: readonly Field[];
  target: Field;
}

/**
 * Writes the training rows for a program, as CSV and as Parquet: `train.*` with the target last, `check.*` with the first
 * rows and no target. Values are as the model's graph is given them: booleans 0 and 1, times in milliseconds since the
 * epoch (UTC), missing values empty (NULL). Runs in a worker. Returns the check rows.
 */
export async function handOverRows({ folder, table, fields, target }: HandOver): Promise<Table> {
  const rows = Int32Array.from({ length: Math.min(table.rows, MOST_CHECK_ROWS) }, (_, row) => row);
  const check = takeRows(table, rows);
  await writeRows(folder, 'train', table, [...fields, target]);
  await writeRows(folder, 'check', check, fields);
  return check;
}

async function writeRows(
  folder: string,
  name: string,
  table: Table,
  fields: readonly Field[],
): Promise<void> {
  const csv = join(folder, `${name}.csv`);
  await pipeline(Readable.from(csvChunks(table, fields)), createWriteStream(csv));
  await convertToParquet(csv, join(folder, `${name}.parquet`), fields);
}

function* csvChunks(table: Table, fields: readonly Field[]): Generator<string> {
  yield `${fields.map((field) => quote(field.name)).join(',')}\n`;
  const cells = fields.map((field) => cellOf(table.columns[field.name]));
  for (let start = 0; start < table.rows; start += BATCH) {
    const lines: string[] = [];
    for (let row = start; row < Math.min(start + BATCH, table.rows); row++)
      lines.push(cells.map((cell) => cell(row)).join(','));
    yield `${lines.join('\n')}\n`;
  }
}

function cellOf(column: Column): (row: number) => string {
  if (column.kind !== 'category')
    return (row) => (Number.isNaN(column.values[row]) ? '' : String(column.values[row]));
  const quoted = column.categories.map(quote);
  return (row) => (column.codes[row] === -1 ? '' : quoted[column.codes[row]]);
}

/** Always in quotes, so that a text "0012" or "NA" is not taken for something else by a reader that looks. */
function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

const TYPES: Record<Field['kind'], string> = {
  number: 'DOUBLE',
  integer: 'BIGINT',
  boolean: 'BIGINT',
  timestamp: 'BIGINT',
  category: 'VARCHAR',
};

async function convertToParquet(csv: string, parquet: string, fields: readonly Field[]): Promise<void> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    preserve_insertion_order: 'true',
    threads: '1',
  });
  const connection = await instance.connect();
  const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
  const columns = fields.map((field) => `${text(field.name)}: ${text(TYPES[field.kind])}`).join(', ');
  const rows = `read_csv(${text(csv)}, header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', columns = {${columns}})`;
  try {
    await connection.run(`COPY (SELECT * FROM ${rows}) TO ${text(parquet)} (FORMAT parquet)`);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
