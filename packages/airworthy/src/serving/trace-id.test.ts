import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTraceparent } from './trace-id.ts';

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
