import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContext } from '../../../test/test-context.ts';
import type { TaskContext } from '../../evaluation/index.ts';
import { createModel, createVersion, setAlias } from '../../registry/index.ts';
import { FLIGHT, flightModel, writeRelease } from '../../serving/testing/write-bundle.ts';
import { openTask } from './open-task.ts';

const OPTIONS = { name: 'main', folder: '.', env: {} };
const PROJECT = { model: 'flights' };

test('a prompt version is the prompt of its task; what is not there is named', async () => {
  await using context = testContext();
  await createModel(context, { name: 'greet', tags: { 'mlflow.prompt.is_prompt': 'true' } });
  await createVersion(context, {
    model: 'greet',
    source: 'https://example.org/greet',
    tags: { 'mlflow.prompt.text': 'Hi {{name}}' },
  });
  const sent: unknown[] = [];
  const models: TaskContext['models'] = {
    async call(request) {
      sent.push(request.body);
      const body = { choices: [{ message: { content: 'Hello' } }] };
      return { body, durationMs: 1, attempts: 1, cached: false, key: 'k', usage: {} };
    },
  };
  const input = { model: 'm', endpoint: 'http://127.0.0.1:9/v1', prompt: 'prompts:/greet/1' };
  const task = await openTask(context, PROJECT, input, OPTIONS);
  assert.deepEqual(task.spec.promptVersion, { name: 'greet', version: 1 });
  const place = { trial: 0, seed: 1, signal: new AbortController().signal, models };
  assert.equal((await task.run({ id: 'a', input: { name: 'Ada' }, metadata: {} }, place)).value, 'Hello');
  assert.deepEqual(sent, [{ model: 'm', messages: [{ role: 'user', content: 'Hi Ada' }] }]);
  const faults: [Record<string, unknown>, string][] = [
    [{ ...input, prompt: 'prompts:/greet/2' }, 'MODEL_VERSION_NOT_FOUND'],
    [{ ...input, prompt: 'prompts:/none/1' }, 'MODEL_NOT_FOUND'],
    [{ bundle: 'flights@champion' }, 'TASK_INVALID'],
    [{ bundle: 'what is this' }, 'TASK_INVALID'],
    [{ endpoint: 'flights' }, 'TASK_INVALID'],
  ];
  for (const [wrong, code] of faults)
    await assert.rejects(openTask(context, PROJECT, wrong, OPTIONS), { code });
});

test('a packed model scores many cases at once: rows may have more columns, and lack none', async () => {
  await using context = testContext();
  const release = await writeRelease(context, flightModel());
  await setAlias(context, {
    model: release.model,
    alias: 'champion',
    version: release.version,
    reason: 'test',
  });
  const task = await openTask(context, { model: release.model }, { bundle: '@champion' }, OPTIONS);
  assert.deepEqual([task.spec.bundle, task.spec.version], [release.bundle, 1]);
  const place = { trial: 0, seed: 1, signal: new AbortController().signal } as TaskContext;
  const cases = [FLIGHT, { ...FLIGHT, late: true }].map((input, index) => ({
    id: `${index}`,
    input,
    metadata: {},
  }));
  const outputs = (await task.runBatch?.(cases, place)) ?? [];
  assert.deepEqual(outputs[0], outputs[1]);
  assert.deepEqual(Object.keys(outputs[0].value as object), ['label', 'probability']);
  assert.deepEqual(await task.run(cases[0], place), outputs[0]);
  const { origin: _, ...lacking } = FLIGHT;
  await assert.rejects(task.run({ id: 'x', input: lacking, metadata: {} }, place), {
    code: 'RECORD_INVALID',
    message: /case "x": origin/,
  });
  await task.close?.();
});
