import type { DuckDBDataChunk } from '@duckdb/node-api';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Column, Field, FieldKind, Table } from '../../models/table.ts';
import { BOOLEANS, DASHED, NUMBERS, strptime } from '../canonical/readings.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { type ColumnPlan, planColumns, streamColumns } from '../stored/stream-columns.ts';
import type { FileScan } from './scan-files.ts';
import { ROW, type SourceColumn } from './source-table.ts';

/** How one field is read from the files' columns. */
export interface FieldReading {
  field: Field;
  /** SQL over a range's columns; NULL is missing. */
  sql: string;
  /** SQL: the text is there, but cannot be read as the field's kind. Null where any value can. */
  unread: string | null;
}

/** A text that is no value of its field. */
export interface UnreadText {
  /** In the range, from 0. */
  row: number;
  field: string;
  text: string;
}

export interface ReadRange {
  /** Columns in shared memory, so that workers read them without a copy. Unread texts are missing in it. */
  table: Table;
  unread: UnreadText[];
}

const NUMERIC = /^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|BIGNUM|FLOAT|DOUBLE|DECIMAL.*)$/;
/** What each kind of field is taken from, where columns have types; nothing is guessed. */
const TYPES: Record<FieldKind, RegExp> = {
  number: NUMERIC,
  integer: NUMERIC,
  boolean: /^(BOOLEAN|U?(TINYINT|SMALLINT|INTEGER|BIGINT))$/,
  category: /^(VARCHAR|ENUM.*|UUID|BOOLEAN|U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT))$/,
  timestamp: /^(DATE|TIMESTAMP.*)$/,
};
const NEEDED: Record<FieldKind, string> = {
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  category: 'text',
  timestamp: 'a date or a timestamp',
};
const EVERY_NULL: Record<FieldKind, string> = {
  number: 'NULL::DOUBLE',
  integer: 'NULL::DOUBLE',
  boolean: 'NULL::BOOLEAN',
  category: 'NULL::VARCHAR',
  timestamp: 'NULL::TIMESTAMP',
};

/**
 * How fields are read from columns of the same names.
 *
 * @param formats How dates are written in text, by column, as strptime has it; ISO 8601 where not said.
 * @throws DATA_COLUMN_NOT_FOUND for a required field without a column, DATA_COLUMN_KIND for a column of another type.
 */
export function planFields(
  columns: readonly SourceColumn[],
  fields: readonly Field[],
  formats: Readonly<Record<string, string | undefined>> = {},
): FieldReading[] {
  const byName = new Map(columns.map((column) => [column.name, column]));
  return fields.map((field) => {
    const column = byName.get(field.name);
    if (column === undefined) return absentField(field);
    if (column.text === null) return typedField(field, column);
    return textField(field, formats[field.name]);
  });
}

function absentField(field: Field): FieldReading {
  if (!field.nullable && field.default === undefined) {
    throw new AirworthyError('DATA_COLUMN_NOT_FOUND', {
      message: `the input has no column "${field.name}", which the model needs (${NEEDED[field.kind]})`,
      at: field.name,
      facts: { column: field.name },
    });
  }
  return { field, sql: literal(field), unread: null };
}

/** A field's default as SQL; missing where it declares none. */
function literal({ kind, default: value }: Field): string {
  if (value === undefined) return EVERY_NULL[kind];
  if (kind === 'timestamp') return `${sqlText(String(value))}::TIMESTAMPTZ::TIMESTAMP`;
  return typeof value === 'string' ? sqlText(value) : String(value);
}

function typedField(field: Field, { name, type }: SourceColumn): FieldReading {
  const value = sqlName(name);
  if (!TYPES[field.kind].test(type)) {
    throw new AirworthyError('DATA_COLUMN_KIND', {
      message: `column "${name}" is of type ${type}; the model needs ${NEEDED[field.kind]}`,
      at: name,
      facts: { column: name, type },
    });
  }
  const cast = {
    category: 'VARCHAR',
    timestamp: 'TIMESTAMP',
    boolean: 'DOUBLE',
    number: 'DOUBLE',
    integer: 'DOUBLE',
  };
  return { field, sql: `${value}::${cast[field.kind]}`, unread: null };
}

function textField(field: Field, format: string | undefined): FieldReading {
  const text = sqlName(field.name);
  if (field.kind === 'category') return { field, sql: text, unread: null };
  const reading = { number: NUMBERS, integer: NUMBERS, boolean: BOOLEANS, timestamp: DASHED }[field.kind];
  const sql =
    format !== undefined && field.kind === 'timestamp'
      ? strptime(text, [format])
      : `CASE WHEN regexp_full_match(${text}, ${sqlText(reading.pattern)}) THEN ${reading.sql(text)} END`;
  return { field, sql, unread: `(${text} IS NOT NULL AND (${sql}) IS NULL)` };
}

/** Reads some rows of a scan as the table that models take. */
export async function readRange(
  { engine, range }: FileScan,
  readings: readonly FieldReading[],
  segment: number,
  start: number,
  rows: number,
): Promise<ReadRange> {
  const source = range(segment, start, rows);
  const unreadTerms = readings.flatMap(({ unread }) => unread ?? []);
  const terms = [
    ...readings.map(({ field, sql }) => `(${sql}) AS ${sqlName(field.name)}`),
    ...(unreadTerms.length === 0 ? [] : [`(${unreadTerms.join(' OR ')}) AS ${sqlName(UNREAD)}`]),
  ];
  const relation = `(SELECT ${terms.join(', ')} FROM ${source})`;
  const columns = [
    ...readings.map(({ field }) => ({ name: field.name, kind: field.kind })),
    ...(unreadTerms.length === 0 ? [] : [{ name: UNREAD, kind: 'boolean' as const }]),
  ];
  const plans = await planColumns(engine, relation, columns);
  const sinks = plans.map((plan, index) => openSink(plan, columns[index].kind, rows));
  await streamColumns(engine, relation, plans, (chunk, at) => {
    for (const [index, sink] of sinks.entries()) sink.take(chunk, index, at);
  });
  const table: Table = {
    rows,
    columns: Object.fromEntries(readings.map(({ field }, index) => [field.name, sinks[index].end()])),
  };
  const flags = unreadTerms.length === 0 ? undefined : sinks[readings.length].end();
  const isUnread = flags?.kind === 'number' && flags.values.includes(1);
  return { table, unread: isUnread ? await findUnread({ engine }, readings, source, start) : [] };
}

const UNREAD = '__airworthy_unread';

interface Sink {
  take(chunk: DuckDBDataChunk, index: number, start: number): void;
  end(): Column;
}

function openSink(plan: ColumnPlan, kind: FieldKind, rows: number): Sink {
  if (plan.form === 'number') {
    const values = new Float64Array(new SharedArrayBuffer(rows * 8));
    const take = fill(values, (value) => value as number);
    return { take, end: () => ({ kind: kind === 'timestamp' ? 'timestamp' : 'number', values }) };
  }
  const codes = new Int32Array(new SharedArrayBuffer(rows * 4));
  if (plan.form === 'code') {
    const take = fill(codes, (value) => value as number);
    return { take, end: () => ({ kind: 'category', codes, categories: plan.dictionary }) };
  }
  const known = new Map<string, number>();
  const codeOf = (text: string): number => {
    const code = known.get(text) ?? known.size;
    if (code === known.size) known.set(text, code);
    return code;
  };
  const take = fill(codes, (value) => (value === null ? -1 : codeOf(value as string)));
  return { take, end: () => ({ kind: 'category', codes, categories: [...known.keys()] }) };
}

function fill(target: Float64Array | Int32Array, read: (value: unknown) => number): Sink['take'] {
  return (chunk, index, start) => {
    const vector = chunk.getColumnVector(index);
    const rows = chunk.rowCount;
    for (let row = 0; row < rows; row++) target[start + row] = read(vector.getItem(row));
  };
}

async function findUnread(
  { engine }: Pick<FileScan, 'engine'>,
  readings: readonly FieldReading[],
  source: string,
  start: number,
): Promise<UnreadText[]> {
  const found: UnreadText[] = [];
  for (const { field, unread } of readings) {
    if (unread === null) continue;
    const rows = await engine.all<{ row: number; text: string }>(
      `SELECT ${ROW} AS row, ${sqlName(field.name)} AS text FROM ${source} WHERE ${unread} ORDER BY row`,
    );
    found.push(...rows.map(({ row, text }) => ({ row: row - start, field: field.name, text })));
  }
  return found;
}
