import { AirworthyError } from '../kernel/errors.ts';
import { nearestName } from '../kernel/nearest-name.ts';
import type { Context } from '../store/ports.ts';
import { checkExpression } from './canonical/check-expression.ts';
import { sqlName } from './engine/sql-text.ts';
import type { DatasetVersion } from './schema.ts';
import { openStored, type Stored } from './stored/open-stored.ts';
import { planColumns } from './stored/stream-columns.ts';

export interface StreamOptions {
  /** A timestamp; rows without it are left out. */
  by: string;
  /** Columns of each row, as they are in the version. */
  columns: readonly string[];
  /** SQL expressions over the columns, computed beside them by name; numbers, true or false. */
  computed?: Readonly<Record<string, string>>;
  /** SQL expression: only rows for which it is true. */
  keep?: string | undefined;
  /** Milliseconds since the epoch; the end is not in it. */
  from?: number | undefined;
  to?: number | undefined;
}

/** A value as a record of a request has it; timestamps in ms since the epoch. */
export type StreamedValue = string | number | boolean | null;

export interface StreamedRow {
  /** Its place in the version, from 0. */
  number: number;
  /** Milliseconds since the epoch. */
  time: number;
  values: Readonly<Record<string, StreamedValue>>;
  computed: Readonly<Record<string, number | null>>;
}

export interface RowStream extends AsyncDisposable {
  /** How many rows it has. */
  rows: number;
  /** The first and the last moment; NaN where it has no rows. */
  first: number;
  last: number;
  /** Some thousand rows at a time. */
  chunks(): AsyncGenerator<StreamedRow[]>;
}

/**
 * A version's rows in the order of a time column, those of one moment in the order of the version. They are sorted
 * outside of memory where they do not fit, and read as they are asked for.
 *
 * Throws DATA_COLUMN_NOT_FOUND, DATA_COLUMN_KIND where `by` is no timestamp, DATA_EXPRESSION.
 *
 * @example
 * await using stream = await streamRows(context, version, { by: 'date', columns: ['distance'] });
 * for await (const rows of stream.chunks()) send(rows);
 */
export async function streamRows(
  context: Context,
  version: DatasetVersion,
  options: StreamOptions,
): Promise<RowStream> {
  const by = requireTimestamp(version, options.by);
  const fields = options.columns.map((name) => findField(version, name));
  const stored = await openStored(context, [version]);
  try {
    const computed = Object.entries(options.computed ?? {});
    for (const [name, sql] of computed) await requireType(stored, name, sql, NUMERIC);
    if (options.keep !== undefined) await requireType(stored, 'keep', options.keep, /^BOOLEAN$/);
    const relation = `(SELECT * FROM ${stored.numbered[0]} WHERE ${rowsAsked(by, options)})`;
    const plans = await planColumns(stored.engine, stored.relations[0], fields);
    const terms = [
      'file_row_number::DOUBLE',
      `epoch_ms(${by})::DOUBLE`,
      ...computed.map(([, sql]) => `coalesce((${sql}\n)::DOUBLE, 'NaN'::DOUBLE)`),
      ...plans.map((plan) => plan.sql),
    ];
    const query = `SELECT ${terms.join(', ')} FROM ${relation} ORDER BY ${by}, file_row_number`;
    const extent = await stored.engine.one<{ rows: number; first: number | null; last: number | null }>(
      `SELECT count(*) AS rows, min(epoch_ms(${by})) AS first, max(epoch_ms(${by})) AS last FROM ${relation}`,
    );
    const readers = fields.map((field, index) => readerOf(field.kind, plans[index].dictionary));
    const layout = {
      names: fields.map((field) => field.name),
      readers: plans.map((plan, index) => (plan.form === 'text' ? readText : readers[index])),
      computed: computed.map(([name]) => name),
    };
    return {
      rows: extent.rows,
      first: extent.first ?? Number.NaN,
      last: extent.last ?? Number.NaN,
      chunks: () => readChunks(stored, query, layout),
      [Symbol.asyncDispose]: () => stored[Symbol.asyncDispose](),
    };
  } catch (error) {
    await stored[Symbol.asyncDispose]();
    throw error;
  }
}

function findField(version: DatasetVersion, name: string) {
  const { fields } = version.schema;
  const field = fields.find((candidate) => candidate.name === name);
  if (field) return field;
  const nearest = nearestName(
    name,
    fields.map((candidate) => candidate.name),
  );
  throw new AirworthyError('DATA_COLUMN_NOT_FOUND', {
    message: `dataset "${version.dataset}" has no column "${name}"${nearest ? `; did you mean "${nearest}"?` : ''}`,
    facts: { column: name },
  });
}

function requireTimestamp(version: DatasetVersion, name: string): string {
  const { kind } = findField(version, name);
  if (kind === 'timestamp') return sqlName(name);
  throw new AirworthyError('DATA_COLUMN_KIND', {
    message: `rows are put in order by a timestamp, but column "${name}" is of kind ${kind}`,
    remedy: `Declare it in data.columns: \`${name}: { kind: 'timestamp' }\`.`,
    facts: { column: name, kind },
  });
}

const NUMERIC = /^(BOOLEAN|U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|DECIMAL.*)$/;

async function requireType(stored: Stored, at: string, sql: string, wanted: RegExp): Promise<void> {
  const { type } = await checkExpression(stored.engine, sql, stored.relations[0], at);
  if (wanted.test(type)) return;
  throw new AirworthyError('DATA_EXPRESSION', {
    message: `the expression \`${sql}\` gives ${type}, not ${wanted === NUMERIC ? 'a number' : 'true or false'}`,
    at,
  });
}

function rowsAsked(by: string, { keep, from, to }: StreamOptions): string {
  const parts = [`${by} IS NOT NULL`, ...(keep === undefined ? [] : [`(${keep}\n)`])];
  if (from !== undefined) parts.push(`epoch_ms(${by}) >= ${from}`);
  if (to !== undefined) parts.push(`epoch_ms(${by}) < ${to}`);
  return parts.join(' AND ');
}

type Reader = (value: unknown) => StreamedValue;

const readText: Reader = (value) => value as string | null;

function readerOf(kind: string, dictionary: readonly string[]): Reader {
  if (kind === 'category') return (code) => (code === -1 ? null : dictionary[code as number]);
  if (kind === 'boolean') return (value) => (Number.isNaN(value) ? null : value === 1);
  return (value) => (Number.isNaN(value) ? null : (value as number));
}

interface Layout {
  names: readonly string[];
  readers: readonly Reader[];
  computed: readonly string[];
}

async function* readChunks(stored: Stored, query: string, layout: Layout): AsyncGenerator<StreamedRow[]> {
  const { names, readers, computed } = layout;
  const result = await stored.engine.stream(query);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    const vectors = Array.from({ length: chunk.columnCount }, (_, index) => chunk.getColumnVector(index));
    const rows: StreamedRow[] = [];
    for (let row = 0; row < chunk.rowCount; row++) {
      const at = (column: number): unknown => vectors[column].getItem(row);
      const values: Record<string, StreamedValue> = {};
      for (const [index, name] of names.entries())
        values[name] = readers[index](at(2 + computed.length + index));
      const extra: Record<string, number | null> = {};
      for (const [index, name] of computed.entries()) {
        const value = at(2 + index) as number;
        extra[name] = Number.isNaN(value) ? null : value;
      }
      rows.push({ number: at(0) as number, time: at(1) as number, values, computed: extra });
    }
    yield rows;
  }
}
