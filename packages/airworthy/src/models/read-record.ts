import { AirworthyError } from '../kernel/errors.ts';
import type { Column, Field, Table } from './table.ts';
import { parseTimestamp } from './timestamps.ts';

/** A raw record by the user's own field names, as it comes from JSON. */
export type RawRecord = Readonly<Record<string, unknown>>;

/**
 * Records as a table: ISO 8601 text becomes milliseconds UTC, booleans 0 and 1; null, absent and, in a category,
 * the empty string are missing. Whether a field may be missing, its range and its known categories are the
 * signature's to check; only a value that cannot be read at all is refused here (BAD_ARGUMENT).
 *
 * @example
 * recordsToTable(model.fields, [{ date: '2001-02-03T17:40:00Z', distance: 733, origin: 'ORD' }]);
 */
export function recordsToTable(fields: readonly Field[], records: readonly RawRecord[]): Table {
  const columns = fields.map((field) => [field.name, readColumn(field, records)] as const);
  return { rows: records.length, columns: Object.fromEntries(columns) };
}

function readColumn(field: Field, records: readonly RawRecord[]): Column {
  if (field.kind === 'category') return readCategories(field, records);
  const values = new Float64Array(records.length);
  for (let row = 0; row < records.length; row++) values[row] = readNumber(field, records[row][field.name]);
  return { kind: field.kind === 'timestamp' ? 'timestamp' : 'number', values };
}

function readCategories(field: Field, records: readonly RawRecord[]): Column {
  const codes = new Int32Array(records.length);
  const known = new Map<string, number>();
  for (let row = 0; row < records.length; row++) {
    const category = readCategory(field, records[row][field.name]);
    if (category !== null && !known.has(category)) known.set(category, known.size);
    codes[row] = category === null ? -1 : known.get(category)!;
  }
  return { kind: 'category', codes, categories: [...known.keys()] };
}

/** The number a field of any kind but `category` is computed with; NaN where missing. */
export function readNumber(field: Field, value: unknown): number {
  if (value === null || value === undefined) return Number.NaN;
  if (field.kind === 'timestamp') return readTime(field, value);
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'bigint') return Number(value);
  throw unreadable(field, value);
}

function readTime(field: Field, value: unknown): number {
  const time = parseTimestamp(value);
  // NaN in, NaN out is missing; NaN out of anything else is text that is no time.
  if (Number.isNaN(time) && typeof value !== 'number') throw unreadable(field, value);
  return time;
}

/** The category as text, null where missing. Numbers and booleans are their text, as in CSV. */
export function readCategory(field: Field, value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw unreadable(field, value);
}

const EXPECTED: Record<Field['kind'], string> = {
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  category: 'text',
  timestamp: 'an ISO 8601 time such as 2001-02-03T17:40:00Z',
};

function unreadable(field: Field, value: unknown): AirworthyError {
  const shown = JSON.stringify(value)?.slice(0, 60) ?? typeof value;
  return new AirworthyError('BAD_ARGUMENT', {
    message: `field "${field.name}" should be ${EXPECTED[field.kind]}, got ${shown}`,
    at: field.name,
  });
}
