import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { recordsToTable } from '../../models/read-record.ts';
import { signatureOf } from '../../models/signature.ts';
import type { Field } from '../../models/table.ts';
import type { Output } from '../../models/to-prediction.ts';
import type { RunLimits, Runtime, Tensor } from '../runtimes/runtime.ts';
import { ServingConfig } from '../schema.ts';
import { flightModel } from '../testing/write-bundle.ts';
import type { Priority } from './admission.ts';
import { createCostModel } from './cost-model.ts';
import { createReleaseQueue } from './release-queue.ts';

const FIELDS: Field[] = [
  { name: 'x', kind: 'number', nullable: false },
  { name: 'side', kind: 'category', nullable: true },
];
const TENSOR = { name: 'x', datatype: 'FP64' as const, shape: [-1, 2] };
const SIGNATURE = {
  ...signatureOf({ ...flightModel(), fields: FIELDS }),
  task: { kind: 'regression' as const, target: 'y' },
  inputs: [TENSOR],
  outputs: [{ ...TENSOR, name: 'y', shape: [-1, 1] }],
};
const scoreOf = (x: unknown, side: unknown) => 3 * (x as number) + (side === 'left' ? 0.1 : 0.2);

/** Takes as long as it is told to, and notes what each run held; a record of x = -1 fails its run. */
function slowRuntime(ms = 0, more: Partial<Runtime> = {}) {
  const runs: number[] = [];
  const begin = async (rows: number) => {
    runs.push(rows);
    if (ms > 0) await pause(ms);
  };
  const runtime: Runtime = {
    kind: 'function',
    signature: SIGNATURE,
    immediate: false,
    memoryBytes: async () => null,
    async predict(records): Promise<Output[]> {
      await begin(records.length);
      if (records.some(({ x }) => x === -1)) throw new Error('poison');
      return records.map(({ x, side }) => ({ value: scoreOf(x, side) }));
    },
    async scoreTable({ rows, columns: { x, side } }) {
      await begin(rows);
      assert.ok(x.kind === 'number' && side.kind === 'category');
      const { codes, categories } = side;
      return Float64Array.from(x.values, (value, row) => scoreOf(value, categories[codes[row]]));
    },
    async infer([input]): Promise<Tensor[]> {
      await begin(input.shape[0]);
      const { data } = input as Tensor & { data: Float64Array };
      const sums = Float64Array.from(
        { length: input.shape[0] },
        (_, row) => data[2 * row] + data[2 * row + 1],
      );
      return [{ name: 'y', datatype: 'FP64', shape: [sums.length, 1], data: sums }];
    },
    close: async () => {},
    ...more,
  };
  return { runtime, runs };
}

function queueOf(runtime: Runtime, limits: object = {}, isLoopLate = () => false) {
  return createReleaseQueue(runtime, ServingConfig.parse({ queue: limits }).queue, isLoopLate);
}

const ask = (more: RunLimits & { priority?: Priority } = {}) => ({
  priority: 'interactive' as const,
  ...more,
});
/** Long enough for the end of this turn to come, whatever the machine does. */
async function ticks(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
}

const one = (x: number, side: string | null = null) => [{ x, side }];

test('property: in whatever company, a request gets exactly what it gets alone', async () => {
  const row = fc.record({ x: fc.nat(1_000), side: fc.constantFrom('left', 'right', null) });
  const request = fc.array(row, { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(request, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 12 }),
      async (requests, batchRecords) => {
        const queue = queueOf(slowRuntime().runtime, { batchRecords });
        await Promise.all(
          requests.map(async (records) => {
            const values = records.map(({ x, side }) => scoreOf(x, side));
            const tensor = {
              ...TENSOR,
              shape: [records.length, 2],
              data: Float64Array.from(records.flatMap(({ x }) => [x, 1])),
            };
            const [predicted, scored, inferred] = await Promise.all([
              queue.predict(records, ask()),
              queue.scoreTable(recordsToTable(FIELDS, records), ask()),
              queue.infer([tensor], ask()),
            ]);
            assert.deepEqual(
              predicted.answers,
              values.map((value) => ({ value })),
            );
            assert.deepEqual([...scored.scores], values);
            assert.deepEqual(
              [...inferred.outputs[0].data],
              records.map(({ x }) => x + 1),
            );
            assert.deepEqual(inferred.outputs[0].shape, [records.length, 1]);
          }),
        );
      },
    ),
    { numRuns: 60 },
  );
});

test('an idle runtime is asked at once, a busy one with all that gathered, up to the most records', async () => {
  const { runtime, runs } = slowRuntime(10);
  const queue = queueOf(runtime, { batchRecords: 4 });
  const first = queue.predict(one(1), ask());
  await ticks();
  assert.deepEqual(queue.load(), { waiting: 0, running: 1 });
  const rest = [2, 3, 4, 5, 6, 7].map((x) => queue.predict(one(x), ask()));
  const last = (await Promise.all([first, ...rest])).at(-1);
  assert.deepEqual(runs, [1, 4, 2]);
  assert.equal(last?.figures.batch, 2);
  assert.ok(last.figures.queueUs > 5_000 && last.figures.inferUs > 5_000);
  // A larger request than any run takes is a run of its own; more slots, more runs at once.
  await queue.predict(
    Array.from({ length: 9 }, () => one(1)[0]),
    ask(),
  );
  assert.equal(runs.at(-1), 9);
  const wide = slowRuntime(10, { runs: { atOnce: 2, records: 1 } });
  const both = queueOf(wide.runtime);
  const pair = [1, 2].map((x) => both.predict(one(x), ask()));
  await ticks();
  assert.deepEqual(both.load(), { waiting: 0, running: 2 });
  await Promise.all(pair);
});

test('a record that fails its run fails nobody else', async () => {
  const { runtime, runs } = slowRuntime();
  const queue = queueOf(runtime);
  const asked = [1, -1, 3].map((x) => queue.predict(one(x), ask()));
  const settled = await Promise.allSettled(asked);
  assert.deepEqual(
    settled.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  // Together once, then each singly once.
  assert.deepEqual(runs, [3, 1, 1, 1]);
});

test('what has expired, and what was abandoned, is told so in time and never run', async () => {
  let gate = Promise.withResolvers<void>();
  const { runtime, runs } = slowRuntime();
  const queue = queueOf({
    ...runtime,
    async predict(records, limits) {
      await gate.promise;
      return runtime.predict(records, limits);
    },
  });
  const gone = new AbortController();
  const busy = queue.predict(one(1), ask());
  await ticks();
  const late = queue.predict(one(2), ask({ deadline: performance.now() + 10 }));
  const left = queue.predict(one(3), ask({ signal: gone.signal }));
  const stays = queue.predict(one(4), ask({ deadline: performance.now() + 60_000 }));
  gone.abort();
  await assert.rejects(left, { code: 'REQUEST_ABANDONED' });
  // At the deadline, though the run before has not ended.
  await assert.rejects(late, { code: 'DEADLINE_EXCEEDED', status: 504 });
  gate.resolve();
  await Promise.all([busy, stays]);
  assert.deepEqual(runs, [1, 1]);
  await assert.rejects(queue.predict(one(5), ask({ deadline: performance.now() - 1 })), {
    code: 'DEADLINE_EXCEEDED',
  });
  // By now it is known what a run takes: what cannot be in time is refused up front.
  gate = Promise.withResolvers<void>();
  const next = queue.predict(one(6), ask());
  await assert.rejects(
    queue.predict(one(7), ask({ deadline: performance.now() + 5 })),
    /would take about|was over/,
  );
  gate.resolve();
  await next;
});

test('under pressure shadows are refused first, then batches, then those who wait', async () => {
  const { runtime } = slowRuntime(20);
  const queue = queueOf(runtime, { records: 8 });
  const refused = (priority: Priority) =>
    assert.rejects(
      queue.predict(one(1), ask({ priority })),
      ({ code, facts }: { code: string; facts: Record<string, number> }) =>
        code === 'OVERLOADED' && facts.retryAfterMs >= 50,
    );
  const taken: Promise<unknown>[] = [];
  const fill = (count: number, priority: Priority) => {
    for (let index = 0; index < count; index++) taken.push(queue.predict(one(1), ask({ priority })));
  };
  fill(2, 'shadow');
  await refused('shadow');
  fill(2, 'batch');
  await refused('batch');
  fill(4, 'interactive');
  await refused('interactive');
  await Promise.all(taken);
  const waits = queueOf(slowRuntime(20).runtime, { waitMs: 30 });
  await waits.predict(one(1), ask());
  const all = await Promise.allSettled(Array.from({ length: 9 }, () => waits.predict(one(1), ask())));
  const shed = all.filter((each) => each.status === 'rejected').length;
  assert.ok(shed > 0 && shed < 9, `${shed} refused by the estimated wait`);
});

test('who gives up takes room until the run is over: a slow run does not gather any number', async () => {
  const queue = queueOf(slowRuntime(80).runtime, { records: 10, batchRecords: 1 });
  const first = queue.predict(one(1), ask());
  await ticks();
  const late = Array.from({ length: 30 }, () =>
    queue.predict(one(2), ask({ deadline: performance.now() + 10 })).catch(({ code }) => code),
  );
  const codes = await Promise.all(late);
  assert.equal(codes.filter((code) => code === 'OVERLOADED').length, 21);
  await assert.rejects(queue.predict(one(3), ask()), { code: 'OVERLOADED' });
  await first;
  await ticks();
  assert.equal((await queue.predict(one(4), ask())).answers.length, 1);
});

test('one that answers at once has no line, but lets in only who waits while the thread is late', async () => {
  const { runtime, runs } = slowRuntime(0, { immediate: true });
  const queue = queueOf(runtime, {}, () => true);
  const { figures } = await queue.predict(one(1), ask());
  assert.deepEqual([figures.batch, figures.queueUs], [1, 0]);
  await Promise.all([1, 2].map((x) => queue.predict(one(x), ask())));
  assert.deepEqual(runs, [1, 1, 1]);
  await assert.rejects(queue.predict(one(1), ask({ priority: 'batch' })), { code: 'OVERLOADED' });
});

test('the cost of a run is learnt: a fixed part, and one a row', () => {
  const cost = createCostModel();
  assert.equal(cost.estimate(100, 1), 0);
  for (const rows of [1, 5, 20, 3, 50]) cost.learn(rows, 2 + 0.1 * rows);
  assert.ok(Math.abs(cost.estimate(100, 1) - 12) < 1e-9);
  assert.ok(Math.abs(cost.estimate(100, 2) - 14) < 1e-9);
  const same = createCostModel();
  for (let run = 0; run < 5; run++) same.learn(10, 5);
  assert.equal(same.estimate(20, 1), 10);
});
