import { type RawBuilder, sql } from 'kysely';

/** How a metric's value is kept: SQL has no portable NaN or infinity, so these are a code beside a value of 0. */
export interface StoredValue {
  value: number;
  special: number;
}

const SPECIALS: readonly number[] = [0, Number.NaN, Infinity, -Infinity];

export function storeValue(value: number): StoredValue {
  if (Number.isFinite(value)) return { value, special: 0 };
  return { value: 0, special: SPECIALS.findIndex((special) => Object.is(special, value)) };
}

export function readValue(stored: StoredValue): number {
  return stored.special === 0 ? stored.value : SPECIALS[stored.special];
}

/** The value of a row (a table or its alias) as a number to order and compare by: of NaN null, of infinities the largest. */
export function numberOfRow(row: RawBuilder<unknown>): RawBuilder<number | null> {
  const largest = sql`CAST(${Number.MAX_VALUE} AS DOUBLE PRECISION)`;
  return sql`CASE ${row}.special WHEN 1 THEN NULL WHEN 2 THEN ${largest} WHEN 3 THEN -${largest} ELSE ${row}.value END`;
}

/** Orders values as numbers, with NaN among them just below 0: MLflow keeps it as a 0, and a real 0 goes before. */
export function compareValues(a: number, b: number): number {
  const byNumber = rank(a) - rank(b);
  // Two infinities of one sign differ by NaN.
  return byNumber || Number(Number.isNaN(b)) - Number(Number.isNaN(a));
}

function rank(value: number): number {
  if (Number.isNaN(value)) return 0;
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
}
