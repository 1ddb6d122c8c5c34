import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Field, FieldKind } from '../../models/table.ts';
import { handOverRows } from './hand-over-rows.ts';

const CATEGORIES = [
  'a,b',
  'x"y',
  'two\nlines',
  'cr\r\nlf',
  ' lead',
  'NA',
  'NULL',
  "it's",
  'é😀',
  '\\',
  '0012',
  '#',
];
const NUMBERS = [0.1, -Infinity, Infinity, Number.NaN, 1e-310, Number.MAX_VALUE, 123_456.789];

const field = (name: string, kind: FieldKind): Field => ({ name, kind, nullable: true });

test('every value reaches Parquet as it is, awkward names, texts and numbers included', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-hand-over-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const rows = CATEGORIES.length + 1;
  const codes = Int32Array.from({ length: rows }, (_, row) => (row < CATEGORIES.length ? row : -1));
  const numbers = Float64Array.from({ length: rows }, (_, row) => NUMBERS[row % NUMBERS.length]);
  const times = Float64Array.from({ length: rows }, (_, row) => (row === 2 ? Number.NaN : row - 5e12));
  const fields = [field('a "quoted", name', 'category'), field('number', 'number')];
  const columns = {
    [fields[0].name]: { kind: 'category' as const, codes, categories: CATEGORIES },
    number: { kind: 'number' as const, values: numbers },
    time: { kind: 'timestamp' as const, values: times },
  };
  await handOverRows({ folder, table: { rows, columns }, fields, target: field('time', 'timestamp') });
  const orNull = (value: number) => (Number.isNaN(value) ? null : value);
  const expected = Array.from({ length: rows }, (_, row) => [
    CATEGORIES[codes[row]] ?? null,
    orNull(numbers[row]),
    orNull(times[row]),
  ]);
  assert.deepEqual(await readParquet(join(folder, 'train.parquet')), expected);
  assert.deepEqual(
    await readParquet(join(folder, 'check.parquet')),
    expected.map((row) => row.slice(0, 2)),
  );
});

async function readParquet(path: string): Promise<unknown[][]> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const reader = await connection.runAndReadAll(`SELECT * FROM '${path}'`);
  connection.closeSync();
  return reader
    .getRowsJS()
    .map((row) => row.map((value) => (typeof value === 'bigint' ? Number(value) : value)));
}
