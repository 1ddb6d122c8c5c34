import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AirworthyError } from '../../kernel/errors.ts';
import { keepWorker } from './keep-worker.ts';
import { runInWorker } from './run-in-worker.ts';
import { createWorkerPool } from './worker-pool.ts';

const job = (run: string, input: unknown = null) => ({
  module: new URL('./testing/jobs.ts', import.meta.url),
  run,
  input,
});

test('a job gets its input and gives its result', async () => {
  assert.equal(await runInWorker(job('double', 21)), 42);
});

test('shared memory is shared, not copied', async () => {
  const values = new Float64Array(new SharedArrayBuffer(80));
  assert.equal(await runInWorker(job('fillShared', values)), 10);
  assert.deepEqual([...values], Array(10).fill(7));
});

test('a kept thread that ends costs its job; the next one starts it again, prepared again', async () => {
  let prepared = 0;
  const worker = await keepWorker<number>(async () => job('double', ++prepared));
  assert.equal(worker.prepared, 2);
  await assert.rejects(worker.run(job('leave')), { code: 'RUNTIME_DOWN', message: /ended with code 3/ });
  assert.equal(await worker.run(job('double', 5)), 10);
  assert.equal(prepared, 2);
  await assert.rejects(worker.run(job('refuse', 'age')), { code: 'BAD_ARGUMENT' });
  assert.equal(prepared, 2);
  await worker.stop();
  await assert.rejects(worker.run(job('double', 5)), { code: 'INTERNAL' });
});

test('progress arrives in order, before the result', async () => {
  const seen: unknown[] = [];
  const result = await runInWorker(job('reportThrice'), { onProgress: (message) => seen.push(message) });
  assert.equal(result, 'done');
  assert.deepEqual(seen, [{ step: 1 }, { step: 2 }, { step: 3 }]);
});

test('our errors keep code, message, place and facts; others become INTERNAL with their stack', async () => {
  await assert.rejects(runInWorker(job('refuse', 'age')), (error) => {
    assert.ok(AirworthyError.is(error));
    assert.deepEqual(
      [error.code, error.message, error.at, error.facts],
      ['BAD_ARGUMENT', 'no field age', 'age', { field: 'age' }],
    );
    return true;
  });
  await assert.rejects(runInWorker(job('breakDown')), (error) => {
    assert.ok(AirworthyError.is(error));
    assert.equal(error.code, 'INTERNAL');
    assert.match(error.stack ?? '', /breakDown/);
    return true;
  });
});

test('an unknown export is named', async () => {
  await assert.rejects(runInWorker(job('nothing')), /exports no function "nothing"/);
});

test('aborting stops a job that never yields', async () => {
  const controller = new AbortController();
  const running = runInWorker(job('spinForever'), {
    signal: controller.signal,
    onProgress: () => controller.abort(new Error('enough')),
  });
  await assert.rejects(running, /enough/);
  await assert.rejects(runInWorker(job('double', 1), { signal: controller.signal }), /enough/);
});

test('a job beyond its memory limit is a typed error, and the process lives on', async () => {
  await assert.rejects(runInWorker(job('eatMemory'), { memoryMegabytes: 32 }), {
    code: 'JOB_OUT_OF_MEMORY',
  });
});

test('a thread that leaves without an answer is an error', async () => {
  await assert.rejects(runInWorker(job('leave')), /ended with code 3/);
});

test('a thread has the options of the process', async () => {
  assert.deepEqual(await runInWorker(job('nodeOptions')), process.execArgv);
});

test('a pool runs no more jobs at a time than it has slots, and survives a crash', async () => {
  await using pool = createWorkerPool({ slots: 2, memoryMegabytes: 32 });
  const started = performance.now();
  await Promise.all([pool.run(job('nap', 60)), pool.run(job('nap', 60)), pool.run(job('nap', 60))]);
  assert.ok(performance.now() - started >= 119);
  const outcomes = await Promise.allSettled([
    pool.run(job('eatMemory')),
    pool.run(job('refuse', 'x')),
    pool.run(job('double', 1)),
    pool.run(job('double', 2)),
    pool.run(job('double', 3)),
  ]);
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : 'failed')),
    ['failed', 'failed', 2, 4, 6],
  );
});

test('a job that cannot be cloned is refused, and the pool goes on', async () => {
  await using pool = createWorkerPool({ slots: 1 });
  await assert.rejects(pool.run(job('double', () => 1)), /could not be cloned/);
  assert.equal(await pool.run(job('double', 4)), 8);
});
