import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { testContext } from '../../../test/test-context.ts';
import { newId } from '../../kernel/ids.ts';
import type { Context } from '../../store/ports.ts';
import { ServingConfig } from '../schema.ts';
import type { PredictionObserver, ServedPrediction } from './observe-predictions.ts';
import { createPredictionLog } from './prediction-log.ts';
import { readPrediction } from './prediction-rows.ts';
import { prunePredictions } from './prune-predictions.ts';

const { predictionLog: DEFAULTS } = ServingConfig.parse({});

function row(at = 0, id = newId(), distance = 733): ServedPrediction {
  return {
    id,
    endpoint: 'flight-delays',
    model: 'flight-delays',
    version: 1,
    bundle: 'b',
    arm: 'champion',
    rollout: null,
    propensity: null,
    unitKey: null,
    record: { distance },
    prediction: { label: true, probability: 0.6 },
    latencyUs: 12,
    at,
    businessKey: null,
    subject: null,
  };
}

async function countRows(context: Context): Promise<number> {
  return (await context.store.database.sql.selectFrom('prediction').select('id').execute()).length;
}

/** What any failing disk does to an insert, without a failing disk: the table is out of reach for a while. */
async function hideTable(context: Context) {
  const { sql } = context.store.database;
  await sql.schema.alterTable('prediction').renameTo('prediction_hidden').execute();
  return () => sql.schema.alterTable('prediction_hidden').renameTo('prediction').execute();
}

test('everything taken is on disk after a flush, and close flushes', async () => {
  await using context = testContext();
  const log = createPredictionLog(context, DEFAULTS);
  const first = row();
  log.add(first);
  assert.equal(log.findQueued(first.id)?.record.distance, 733);
  for (let index = 1; index < 1_700; index++) log.add(row());
  await log.flush();
  assert.equal(await countRows(context), 1_700);
  assert.deepEqual((await readPrediction(context, first.id))?.output, { label: true, probability: 0.6 });
  log.add(row());
  await log.close();
  assert.equal(await countRows(context), 1_701);
  assert.deepEqual(log.counts(), { logged: 1_701, shed: 0, repeated: 0, queued: 0 });
});

test('rows are written by themselves, without a flush', async () => {
  await using context = testContext();
  const log = createPredictionLog(context, DEFAULTS);
  log.add(row());
  const began = performance.now();
  while (log.counts().logged === 0 && performance.now() - began < 10_000) await pause(20);
  assert.equal(await countRows(context), 1);
  await log.close();
});

test('a flood is written batch after batch, not one batch a timer', async () => {
  await using context = testContext();
  const log = createPredictionLog(context, DEFAULTS);
  for (let index = 0; index < 9_000; index++) log.add(row());
  const began = performance.now();
  while (log.counts().queued > 0 && performance.now() - began < 3_000) await pause(10);
  assert.equal(log.counts().logged, 9_000);
  await log.close();
});

test('beyond the queue it sheds and counts', async () => {
  await using context = testContext();
  const log = createPredictionLog(context, { ...DEFAULTS, queue: 10 });
  for (let index = 0; index < 25; index++) log.add(row());
  assert.deepEqual(log.counts(), { logged: 0, shed: 15, repeated: 0, queued: 10 });
  await log.flush();
  log.add(row());
  await log.close();
  assert.deepEqual(log.counts(), { logged: 11, shed: 15, repeated: 0, queued: 0 });
});

test('a caller that repeats its trace id overwrites nothing', async () => {
  await using context = testContext();
  const log = createPredictionLog(context, DEFAULTS);
  const first = row();
  log.add(first);
  log.add(row(0, first.id, 1));
  await log.close();
  assert.deepEqual(log.counts(), { logged: 1, shed: 0, repeated: 1, queued: 0 });
  assert.equal((await readPrediction(context, first.id))?.record.distance, 733);
});

test('when writing fails, rows wait, what is too much is shed, and it recovers by itself', async () => {
  await using context = testContext();
  const log = createPredictionLog(context, { ...DEFAULTS, queue: 20 });
  const restore = await hideTable(context);
  for (let index = 0; index < 15; index++) log.add(row());
  await log.flush();
  for (let index = 0; index < 15; index++) log.add(row());
  assert.deepEqual(log.counts(), { logged: 0, shed: 10, repeated: 0, queued: 20 });
  await restore();
  for (let waited = 0; log.counts().logged === 0 && waited < 3_000; waited += 50) await pause(50);
  assert.deepEqual(log.counts(), { logged: 20, shed: 10, repeated: 0, queued: 0 });
  assert.equal(await countRows(context), 20);
  await log.close();
});

test('what cannot be written before closing is counted as shed', async () => {
  await using context = testContext();
  const log = createPredictionLog(context, DEFAULTS);
  const restore = await hideTable(context);
  log.add(row());
  await log.close();
  await restore();
  assert.deepEqual(log.counts(), { logged: 0, shed: 1, repeated: 0, queued: 0 });
});

test('pruning deletes what is older than the retention and nothing else', async () => {
  await using context = testContext();
  const log = createPredictionLog(context, DEFAULTS);
  const now = context.clock.now();
  const day = 86_400_000;
  for (let index = 0; index < 1_200; index++) log.add(row(now - 31 * day));
  for (let index = 0; index < 3; index++) log.add(row(now - 29 * day));
  await log.close();
  const endpoint = { project: 'test', name: 'flight-delays', model: 'flight-delays', created_at: 0 };
  await context.store.database.write((sql) => sql.insertInto('endpoint').values(endpoint).execute());
  assert.equal(await prunePredictions(context, 30), 1_200);
  assert.equal(await countRows(context), 3);
});

/** Keeps what it is told; as a table does, it forgets what a failed transaction told it. */
function createWitness() {
  const told = { ids: [] as string[], failures: 0, shed: 0, settled: [] as boolean[] };
  let batch: string[] = [];
  let failures = 0;
  const observer: PredictionObserver = {
    async record(sql, predictions) {
      // The rows are there already, in the same transaction.
      const { count } = sql.fn;
      await sql.selectFrom('prediction').select(count('id').as('rows')).executeTakeFirst();
      batch = predictions.map(({ id }) => id);
    },
    settled(committed) {
      told.settled.push(committed);
      if (!committed) return;
      told.ids.push(...batch);
      told.failures += failures;
      batch = [];
      failures = 0;
    },
    failed(failure) {
      failures += failure.records;
    },
    shed() {
      told.shed++;
    },
  };
  return { told, observer };
}

const FAILURE = { ...row(), code: 'RECORD_INVALID', records: 3 };

test('the observer is told of exactly what came to be on disk, repeated ids not again', async () => {
  await using context = testContext();
  const { told, observer } = createWitness();
  const log = createPredictionLog(context, { ...DEFAULTS, queue: 60 }, observer);
  const restore = await hideTable(context);
  const rows = Array.from({ length: 55 }, () => row());
  for (const each of rows) log.add(each);
  log.add(row(0, rows[0].id, 1));
  log.addFailure(FAILURE);
  await log.flush();
  assert.deepEqual(told, { ids: [], failures: 0, shed: 0, settled: [false] });
  await restore();
  await log.flush();
  log.add(row(0, rows[3].id));
  await log.close();
  assert.deepEqual(
    told.ids,
    rows.map(({ id }) => id),
  );
  assert.equal(told.failures, 3);
  assert.equal(log.counts().repeated, 2);
  log.add(row());
  assert.equal(told.shed, 1);
});

test('failures alone are told soon', async () => {
  await using context = testContext();
  const { told, observer } = createWitness();
  const log = createPredictionLog(context, DEFAULTS, observer);
  log.addFailure(FAILURE);
  for (let waited = 0; told.failures === 0 && waited < 3_000; waited += 50) await pause(50);
  assert.equal(told.failures, 3);
  await log.close();
});

test('a flush waits for failures that are being written', async () => {
  await using context = testContext();
  const { told, observer } = createWitness();
  const log = createPredictionLog(context, DEFAULTS, observer);
  const { promise: disk, resolve: release } = Promise.withResolvers<void>();
  const before = context.store.database.write(() => disk);
  log.addFailure(FAILURE);
  await pause(400);
  const settledByThen = log.flush().then(() => told.settled.length);
  release();
  await before;
  assert.equal(await settledByThen, 1);
  await log.close();
});

test('where predictions are not kept the observer is told all the same', async () => {
  await using context = testContext();
  const { told, observer } = createWitness();
  const log = createPredictionLog(context, { ...DEFAULTS, enabled: false }, observer);
  const rows = Array.from({ length: 1_200 }, () => row());
  for (const each of rows) log.add(each);
  assert.equal(log.findQueued(rows[0].id), undefined);
  await log.flush();
  assert.equal(told.ids.length, 1_200);
  assert.equal(await countRows(context), 0);
  await log.close();
  assert.equal(log.counts().logged, 0);
});
