import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SplitSpec } from './schema.ts';
import { describeSplit, keptWholeBy, splitColumn } from './split-column.ts';

test('which column a split reads, which one it keeps whole, and how it is told', () => {
  const share = { test: 0.2, seed: 1 };
  const specs: [SplitSpec, read: string | undefined, whole: string | undefined, told: string][] = [
    [{ by: 'random', ...share }, undefined, undefined, 'by random'],
    [{ by: 'time', column: 'day', test: 0.2 }, 'day', undefined, 'by time of day'],
    [{ by: 'group', column: 'customer', ...share }, 'customer', 'customer', 'by group of customer'],
    [{ by: 'template', ...share }, 'template', 'template', 'by template'],
    [{ by: 'author', ...share }, 'author', 'author', 'by author'],
    [{ by: 'speaker', ...share }, 'speaker', 'speaker', 'by speaker'],
  ];
  for (const [spec, read, whole, told] of specs)
    assert.deepEqual([splitColumn(spec), keptWholeBy(spec), describeSplit({ spec })], [read, whole, told]);
});
