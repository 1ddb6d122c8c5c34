import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { openEngine } from '../engine/open-engine.ts';
import { HASH_RANGE, rowHash } from './row-hash.ts';

test('SQL and JavaScript give the same number for each row', async () => {
  using engine = await openEngine({ scratch: tmpdir(), files: [], width: 1 });
  const hash = rowHash('sample', 42);
  const rows = await engine.all<{ row: number; hash: number }>(
    `SELECT row, hash FROM ${hash.over('(SELECT range * 7919 AS row FROM range(2000))', 'row')}`,
  );
  for (const { row, hash: value } of rows) assert.equal(value, hash.of(row));
});

test('numbers spread evenly, and purposes and seeds are independent', () => {
  const count = (keep: (row: number) => boolean) =>
    Array.from({ length: 20_000 }, (_, row) => row).filter(keep).length;
  const below = (purpose: string, seed: number) => {
    const hash = rowHash(purpose, seed);
    return (row: number) => hash.of(row) < HASH_RANGE / 10;
  };
  const [a, b, c] = [below('sample', 1), below('sample', 2), below('split', 1)];
  for (const keep of [a, b, c]) assert.ok(Math.abs(count(keep) - 2000) < 200);
  for (const other of [b, c]) assert.ok(Math.abs(count((row) => a(row) && other(row)) - 200) < 70);
});
