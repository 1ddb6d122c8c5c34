import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expandSentences } from '../../corpus/expand-sentences.ts';
import { openLinear } from './open-linear.ts';
import { tagLinear } from './tag-linear.ts';
import { LINEAR_FIXES, trainLinear } from './train-linear.ts';

const sentences = expandSentences({ authors: ['a'], perTemplate: 1 });
const options = { fixes: LINEAR_FIXES, epochs: 3 };
const model = trainLinear(sentences, options);

test('learns the sentences it was shown', () => {
  const right = sentences.filter(({ tokens, intent }) => tagLinear(model, tokens).label === intent);
  assert.ok(right.length / sentences.length > 0.95, `${right.length} of ${sentences.length}`);
});

test('gives a call, and does not claim to know how sure it is', async () => {
  const planner = openLinear(model);
  const { calls, confidence } = await planner.plan({ text: 'set a timer for ten minutes' });
  assert.deepEqual(calls, [{ name: 'timer_set', arguments: { duration: 'ten minutes' } }]);
  assert.equal(confidence, null);
});

test('the same sentences and seed give the same model', () => {
  const few = sentences.slice(0, 60);
  assert.deepEqual(trainLinear(few, options), trainLinear(few, options));
  assert.notDeepEqual(trainLinear(few, options), trainLinear(few, { ...options, seed: 2 }));
});

test('only slots of the intent are filled, and nothing said is `other`', () => {
  for (const { tokens } of sentences.slice(0, 100)) {
    const { label, spans } = tagLinear(model, tokens);
    for (const { slot } of spans) assert.ok(model.slots.get(label)?.has(slot));
  }
  assert.deepEqual(tagLinear(model, []), { label: 'other', spans: [] });
});

test('no sentences to learn from is an error', () => {
  assert.throws(() => trainLinear([]), /no sentences/);
});
