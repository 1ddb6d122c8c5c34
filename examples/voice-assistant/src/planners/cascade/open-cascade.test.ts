import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Planner } from '../planner.ts';
import { openTemplates } from '../templates/open-templates.ts';
import { openCascade } from './open-cascade.ts';

const model: Planner = {
  name: 'model',
  version: '1',
  plan: async ({ text }) => ({
    calls: [{ name: 'stop', arguments: {} }],
    confidence: 0.5,
    raw: `read ${text}`,
  }),
  close: async () => {},
};

test('a known wording is matched with a value that nobody wrote; anything else goes to the model', async () => {
  const cascade = openCascade(openTemplates({ authors: ['a'] }), model);
  const { calls } = await cascade.plan({ text: 'set a timer for seventy seven minutes' });
  assert.deepEqual(calls, [{ name: 'timer_set', arguments: { duration: 'seventy seven minutes' } }]);
  const { raw } = await cascade.plan({ text: 'the cat would rather like some silence' });
  assert.equal(raw, 'read the cat would rather like some silence');
  await cascade.close();
});
