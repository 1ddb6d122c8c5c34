import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContext } from '../../test/test-context.ts';
import { step } from './journal.ts';

const identity = { work: 'test', step: 'double', revision: 1, inputs: { value: 2 } };

test('a step runs once for its inputs and its code, and then returns what it returned', async () => {
  await using context = testContext();
  let runs = 0;
  const run = async () => ({ doubled: 4, run: ++runs });
  assert.deepEqual(await step(context, identity, run), { output: { doubled: 4, run: 1 }, skipped: false });
  assert.deepEqual(await step(context, identity, run), { output: { doubled: 4, run: 1 }, skipped: true });
  const other = await step(context, { ...identity, inputs: { value: 3 } }, run);
  assert.deepEqual(other, { output: { doubled: 4, run: 2 }, skipped: false });
  const upgraded = await step(context, { ...identity, revision: 2 }, run);
  assert.deepEqual(upgraded, { output: { doubled: 4, run: 3 }, skipped: false });
});

test('the order of keys in the inputs does not matter', async () => {
  await using context = testContext();
  await step(context, { ...identity, inputs: { a: 1, b: 2 } }, async () => 'first');
  const { skipped } = await step(context, { ...identity, inputs: { b: 2, a: 1 } }, async () => 'second');
  assert.equal(skipped, true);
});

test('a step that failed is run again', async () => {
  await using context = testContext();
  await assert.rejects(
    step(context, identity, async () => {
      throw new Error('no luck');
    }),
    /no luck/,
  );
  assert.deepEqual(await step(context, identity, async () => 'luck'), { output: 'luck', skipped: false });
});

test('a step whose process died is run again', async () => {
  await using context = testContext();
  // The first run never ends, as if its process had been killed; its row says running.
  void step(context, identity, () => new Promise(() => {}));
  await new Promise((settle) => setTimeout(settle, 50));
  assert.deepEqual(await step(context, identity, async () => 'again'), { output: 'again', skipped: false });
});

test('after an abort no further step begins, and what is done is still returned', async () => {
  await using context = testContext();
  await step(context, identity, async () => 'done');
  const aborted = { ...context, signal: AbortSignal.abort() };
  assert.equal((await step(aborted, identity, async () => 'again')).output, 'done');
  await assert.rejects(
    step(aborted, { ...identity, step: 'next' }, async () => 1),
    { name: 'AbortError' },
  );
});
