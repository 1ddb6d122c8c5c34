import type { DuckDBDataChunk } from '@duckdb/node-api';
import { AirworthyError } from '../kernel/errors.ts';
import { nearestName } from '../kernel/nearest-name.ts';
import type { Column, Field, Table } from '../models/table.ts';
import type { Context } from '../store/ports.ts';
import type { Engine } from './engine/open-engine.ts';
import { type DatasetVersion, SPLIT_CODES, type Split } from './schema.ts';
import { openStored } from './stored/open-stored.ts';
import { type ColumnPlan, distinctTexts, planColumns, streamColumns } from './stored/stream-columns.ts';

export interface ReadOptions {
  /** Default: all columns, the target among them. */
  columns?: readonly string[];
  /** With `role`: only the rows that have it. The split must be of this version. */
  split?: Split;
  role?: 'train' | 'test';
}

/**
 * The rows of a version in columns backed by SharedArrayBuffers, so that workers read them without a copy. A category's
 * dictionary holds all values of the version, in the order of their UTF-8 bytes, whichever rows are read.
 *
 * @example
 * const train = await readTable(context, version, { columns: ['distance', 'late'], split, role: 'train' });
 */
export async function readTable(
  context: Context,
  version: DatasetVersion,
  options: ReadOptions = {},
): Promise<Table> {
  const fields = chosenFields(version, options.columns);
  requireOwnSplit(version, options);
  if (fields.length === 0) return { rows: version.rows, columns: {} };
  const places =
    options.split && options.role ? await placesOf(context, options.split, options.role) : undefined;
  await using stored = await openStored(context, [version]);
  const plans = await planColumns(stored.engine, stored.relations[0], fields);
  const rows = places ? places.count : version.rows;
  const sinks: Sink[] = [];
  for (const [index, field] of fields.entries())
    sinks.push(await openSink(stored.engine, stored.relations[0], field, plans[index], rows));
  await streamColumns(stored.engine, stored.relations[0], plans, (chunk, start) => {
    for (const [index, sink] of sinks.entries()) sink.take(chunk, index, start, places?.of);
  });
  return { rows, columns: Object.fromEntries(sinks.map((sink, index) => [fields[index].name, sink.column])) };
}

function requireOwnSplit(version: DatasetVersion, { split, role }: ReadOptions): void {
  if ((split === undefined) === (role === undefined) && (split?.version ?? version.digest) === version.digest)
    return;
  throw new AirworthyError('BAD_ARGUMENT', {
    message:
      split && role
        ? `the split is of another version than "${version.dataset}" ${version.number}`
        : 'a split and a role go together',
  });
}

function chosenFields(version: DatasetVersion, names: readonly string[] | undefined): Field[] {
  const { fields } = version.schema;
  if (names === undefined) return fields;
  return names.map((name) => {
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
  });
}

/** For each row of the version its place in the table, or -1. */
async function placesOf(
  context: Context,
  split: Split,
  role: 'train' | 'test',
): Promise<{ of: Int32Array; count: number }> {
  const roles = await context.store.blobs.get(split.blob);
  const of = new Int32Array(roles.length);
  let count = 0;
  for (let row = 0; row < roles.length; row++) of[row] = roles[row] === SPLIT_CODES[role] ? count++ : -1;
  return { of, count };
}

/** A column being filled. */
interface Sink {
  column: Column;
  take(chunk: DuckDBDataChunk, index: number, start: number, places: Int32Array | undefined): void;
}

async function openSink(
  engine: Engine,
  relation: string,
  field: Field,
  plan: ColumnPlan,
  rows: number,
): Promise<Sink> {
  if (field.kind === 'category') {
    const categories =
      plan.form === 'text' ? await distinctTexts(engine, relation, field.name) : plan.dictionary;
    const codes = new Int32Array(new SharedArrayBuffer(rows * 4));
    const code = plan.form === 'text' ? codeOf(categories) : (value: unknown) => value as number;
    return { column: { kind: 'category', codes, categories }, take: fill(codes, code) };
  }
  const values = new Float64Array(new SharedArrayBuffer(rows * 8));
  const kind = field.kind === 'timestamp' ? 'timestamp' : 'number';
  return { column: { kind, values }, take: fill(values, (value) => value as number) };
}

function codeOf(categories: readonly string[]): (value: unknown) => number {
  const codes = new Map(categories.map((category, code) => [category, code]));
  return (value) => codes.get(value as string) ?? -1;
}

function fill(target: Float64Array | Int32Array, read: (value: unknown) => number): Sink['take'] {
  return (chunk, index, start, places) => {
    const vector = chunk.getColumnVector(index);
    const rows = chunk.rowCount;
    for (let row = 0; row < rows; row++) {
      const place = places ? places[start + row] : start + row;
      if (place >= 0) target[place] = read(vector.getItem(row));
    }
  };
}
