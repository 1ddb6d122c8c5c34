import { setImmediate as nextTurn } from 'node:timers/promises';
import { AirworthyError } from '../../kernel/errors.ts';
import { type RawRecord, recordsToTable } from '../../models/read-record.ts';
import type { Column, Field, Table } from '../../models/table.ts';
import { clopperPearson } from '../../stats/intervals.ts';
import { createRandom } from '../../stats/random.ts';

export type Fields = readonly Field[];

export interface NamedRecord {
  id: string;
  record: RawRecord;
}

export interface EqualRows {
  /** Ids of the records that are equal to a row. */
  equal: string[];
  records: number;
  /** How many of so many rows have an equal one among the others. */
  twins: { count: number; of: number };
  /** More are equal than chance explains: more than rows of one table are equal to each other. */
  isMoreThanChance: boolean;
}

/** Rows whose twins are counted: enough for their share. */
const SAMPLE = 10_000;
const TURN = 20_000;
/** Two-sided, of both shares. */
const CONFIDENCE = 0.98;

/**
 * Looks for records among the rows of a table, by all the fields a model sees. Where rows of the table are equal to each other, new
 * rows are equal to some of them too without having been copied: as many as the table leads one to expect are no leak. Memory is that
 * of the records, not of the rows.
 */
export async function findEqualRows(
  records: AsyncIterable<NamedRecord>,
  fields: Fields,
  table: Table,
): Promise<EqualRows> {
  const ids = new Map<string, string[]>();
  let count = 0;
  for await (const { id, record } of records) {
    count += 1;
    const key = keyOfRecord(fields, record);
    if (key === undefined) continue;
    const same = ids.get(key);
    if (same) same.push(id);
    else ids.set(key, [id]);
  }
  const keyAt = keyReader(fields, table);
  const sampled = drawRows(table.rows);
  const seen = new Map<string, number>();
  for (const row of sampled) seen.set(keyAt(row), 0);
  const found = new Set<string>();
  for (let row = 0; row < table.rows; row++) {
    const key = keyAt(row);
    if (ids.has(key)) found.add(key);
    const times = seen.get(key);
    if (times !== undefined) seen.set(key, times + 1);
    if (row % TURN === TURN - 1) await nextTurn();
  }
  let twins = 0;
  for (const row of sampled) if ((seen.get(keyAt(row)) ?? 0) > 1) twins += 1;
  const equal = [...found].flatMap((key) => ids.get(key) ?? []);
  return {
    equal,
    records: count,
    twins: { count: twins, of: sampled.length },
    isMoreThanChance: isMoreThanChance(equal.length, count, twins, sampled.length),
  };
}

function isMoreThanChance(equal: number, records: number, twins: number, rows: number): boolean {
  if (equal === 0) return false;
  if (twins === 0) return true;
  return clopperPearson(equal, records, CONFIDENCE).low > clopperPearson(twins, rows, CONFIDENCE).high;
}

function drawRows(rows: number): Int32Array {
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  if (rows <= SAMPLE) return order;
  createRandom('twins').shuffle(order);
  return order.subarray(0, SAMPLE);
}

/** Undefined for a record that cannot be read: no model was trained on it. */
function keyOfRecord(fields: Fields, record: RawRecord): string | undefined {
  try {
    return keyReader(fields, recordsToTable(fields, [record]))(0);
  } catch (error) {
    if (AirworthyError.is(error)) return undefined;
    throw error;
  }
}

function keyReader(fields: Fields, { columns }: Table): (row: number) => string {
  const read = fields.map(({ name }) => cellReader(columns[name]));
  return (row) => JSON.stringify(read.map((cell) => cell(row)));
}

function cellReader(column: Column): (row: number) => string | number | null {
  if (column.kind === 'category') return (row) => column.categories[column.codes[row]] ?? null;
  return (row) => column.values[row];
}
