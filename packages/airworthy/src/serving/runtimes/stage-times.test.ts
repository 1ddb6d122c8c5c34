import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStageRecorder, type StageTime } from './processes/stage-recorder.ts';
import { noteStages, stagesOf } from './stage-times.ts';

/** What is made of stages after they came from a process. */
function told(said: unknown): readonly StageTime[] {
  const answer = {};
  noteStages(answer, JSON.parse(JSON.stringify(said)));
  return stagesOf(answer);
}

test('stages are told as they were recorded, without what JSON cannot carry', async () => {
  const { stage, recorded } = createStageRecorder();
  await stage('plan', async (running) => {
    for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, 1n, { a: 1 }, null])
      running.set('odd', odd as unknown as number);
    running.set('__proto__', 'odd');
    running.set('words', 4);
    await running.stage('model', () => {});
  });
  assert.deepEqual(
    told(recorded).map(({ name, parent, attributes }) => ({ name, parent, attributes })),
    [
      { name: 'plan', parent: null, attributes: { words: 4 } },
      { name: 'model', parent: 0, attributes: {} },
    ],
  );
});

test('a process that makes stages up is not believed', () => {
  const stage = { name: 'plan', startedUs: 1, endedUs: 2, parent: null, attributes: {} };
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`fact ${at}`, at]));
  assert.equal(told([stage]).length, 1);
  for (const said of [
    [{ ...stage, parent: 0 }],
    [
      { ...stage, parent: 1 },
      { ...stage, parent: 0 },
    ],
    [{ ...stage, parent: 60 }],
    [{ ...stage, startedUs: -1 }],
    [{ ...stage, endedUs: 1e300 }],
    [{ ...stage, name: 'x'.repeat(100_000) }],
    [{ ...stage, attributes: { text: 'x'.repeat(100_000) } }],
    [{ ...stage, attributes: many }],
    Array.from({ length: 10_000 }, () => stage),
    { length: 1 },
    'plan',
  ])
    assert.deepEqual(told(said), [], JSON.stringify(said).slice(0, 80));
});
