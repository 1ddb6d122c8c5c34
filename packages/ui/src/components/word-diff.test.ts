import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffWords } from './word-diff.ts';

const said = (left: string, right: string) =>
  diffWords(left, right).map(({ kind, text }) => `${kind}:${text}`);

test('words that are only in one text are told, the rest is the same', () => {
  assert.deepEqual(said('the order is late', 'the order was late'), [
    'same:the order ',
    'out:is',
    'in:was',
    'same: late',
  ]);
  assert.deepEqual(said('', 'new'), ['in:new']);
  assert.deepEqual(said('same', 'same'), ['same:same']);
  assert.deepEqual(diffWords('', ''), []);
});

test('both texts can be put together again from the changes', () => {
  const [left, right] = ['{"a": 1, "b": [2, 3]}', '{"a": 1, "c": [3, 4]}'];
  const changes = diffWords(left, right);
  const without = (kind: string) =>
    changes
      .filter((change) => change.kind !== kind)
      .map(({ text }) => text)
      .join('');
  assert.equal(without('in'), left);
  assert.equal(without('out'), right);
});
