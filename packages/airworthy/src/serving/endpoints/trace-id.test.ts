import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTraceparent, predictionIds } from './trace-id.ts';

test('the trace id is taken from a valid traceparent only', () => {
  const id = '4bf92f3577b34da6a3ce929d0e0e4736';
  const span = '00f067aa0ba902b7';
  assert.equal(parseTraceparent(`00-${id}-${span}-01`), id);
  assert.equal(parseTraceparent(`cc-${id}-${span}-01-what-the-future-will-be`), id);
  const invalid = [
    undefined,
    '',
    'hello',
    `ff-${id}-${span}-01`,
    `00-${id}-${span}-01-more`,
    `00-${'0'.repeat(32)}-${span}-01`,
    `00-${id}-${'0'.repeat(16)}-01`,
    `00-${id.toUpperCase()}-${span}-01`,
    `00-${id.slice(1)}-${span}-01`,
  ];
  for (const header of invalid) assert.equal(parseTraceparent(header), undefined, header);
});

test('ids of our own begin with the time, all differ, and a repeated request names the same predictions', () => {
  const now = Date.UTC(2026, 10, 20);
  const ids = predictionIds(1_000, undefined, now);
  assert.equal(new Set(ids).size, 1_000);
  for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/);
  assert.equal(Number.parseInt(ids[0].slice(0, 12), 16), now);
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  const named = predictionIds(3, trace, now);
  assert.deepEqual(named, predictionIds(3, trace, now + 1));
  assert.equal(named[0], trace);
  assert.equal(new Set(named).size, 3);
});
