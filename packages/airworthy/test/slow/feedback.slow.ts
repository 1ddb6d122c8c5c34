import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AirworthyClientError, createClient } from '../../../client/src/index.ts';
import { openApp } from '../../src/app.ts';
import { runCommandLine } from '../../src/cli/testing/test-terminal.ts';
import { type DatasetVersion, readTable, splitDataset } from '../../src/data/index.ts';
import { curate, readLineage } from '../../src/feedback/index.ts';
import { ENDPOINT, flights, HOUR, START, serveFlights } from '../../src/feedback/testing/served.ts';
import { createRandom } from '../../src/stats/random.ts';
import { spawnCli } from '../e2e/spawn-cli.ts';
import { createTinyProject } from '../e2e/tiny-project.ts';

const KILLS = 10;
const PREDICTIONS = 4_000;
const BATCH = 50;

test('a server killed at any moment keeps every label it acknowledged, and counts each once', async (t) => {
  using project = createTinyProject({ trials: 1 });
  const random = createRandom('label crash');
  assert.equal((await runCommandLine(['ship'], { cwd: project.folder })).code, 0);
  const record = { weight: 3, distance: 100, carrier: 'road' };
  const records = JSON.stringify(Array(1_000).fill(record));
  const ids: string[] = [];
  while (ids.length < PREDICTIONS) {
    const outcome = await runCommandLine(['predict', records, '--json'], { cwd: project.folder });
    const { predictions } = outcome.json<{ predictions: { predictionId: string }[] }>();
    ids.push(...predictions.map((prediction) => prediction.predictionId));
  }
  const knownAt = Date.now();
  const labelsFrom = (start: number) =>
    ids
      .slice(start, start + BATCH)
      .map((prediction, index) => ({ prediction, value: index % 3 === 0, knownAt }));
  let acknowledged = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const server = spawnCli(['up', '--port', '0'], project.folder);
    t.after(() => server.child.kill('SIGKILL'));
    const [, baseUrl] = await server.sees(/^(http:\/\/127\.0\.0\.1:\d+) {2}/m);
    const client = createClient({ baseUrl, retries: 0 });
    const killed = sleep(20 + random.integer(400)).then(() => server.child.kill('SIGKILL'));
    try {
      // From a little before, so that some batches come twice.
      for (let start = Math.max(0, acknowledged - 3 * BATCH); start < PREDICTIONS; start += BATCH) {
        await client.sendLabels('parcels', labelsFrom(start));
        acknowledged = Math.max(acknowledged, start + BATCH);
      }
    } catch (error) {
      assert.ok(error instanceof AirworthyClientError && error.code === 'UNREACHABLE', String(error));
    }
    await killed;
    await server.ended;
    await using app = await openApp({ folder: project.folder });
    const known = await app.context.store.database.sql.selectFrom('outcome').select('prediction').execute();
    const outcomes = new Set(known.map((row) => row.prediction));
    const lost = ids.slice(0, acknowledged).filter((id) => !outcomes.has(id));
    assert.deepEqual(lost, [], `round ${kill}`);
    if (acknowledged >= PREDICTIONS) acknowledged = 0;
  }
  await using app = await openApp({ folder: project.folder });
  const { sql } = app.context.store.database;
  const outcomes = await sql.selectFrom('outcome').select('prediction').execute();
  const labels = await sql.selectFrom('label').select('id').execute();
  assert.equal(labels.length, outcomes.length);
  const windows = await sql.selectFrom('monitoring_window').select('labels').execute();
  assert.equal(
    windows.reduce((sum, window) => sum + window.labels, 0),
    outcomes.length,
  );
});

test('a million labels may wait for their predictions; the next is refused and nothing is lost', async () => {
  await using served = await serveFlights();
  const { sql } = served.context.store.database;
  const MILLION = 1_000_000;
  await served.context.store.database.write(async (write) => {
    for (let start = 0; start < MILLION - 1; start += 2_000) {
      const rows = Array.from({ length: Math.min(2_000, MILLION - 1 - start) }, (_, index) => ({
        ...{ project: 'test', id: (start + index).toString(16).padStart(32, '0'), endpoint: ENDPOINT },
        ...{
          prediction: (start + index).toString(16).padStart(32, 'a'),
          business_key: null,
          value_json: '"true"',
        },
        ...{ source: 'x', known_at: START, received_at: START, actor: 'local', state: 'waiting' as const },
      }));
      await write.insertInto('label').values(rows).execute();
    }
  });
  const waiting = (digit: string) => ({ prediction: digit.repeat(32), value: true });
  await assert.rejects(served.label([waiting('b'), waiting('c')]), { code: 'LABELS_WAITING', status: 409 });
  assert.equal((await served.label([waiting('b')])).waiting, 1);
  await assert.rejects(served.label([waiting('c')]), { code: 'LABELS_WAITING' });
  const [known] = await served.predict(flights(1));
  assert.equal((await served.label([{ prediction: known, value: true }])).matched, 1, 'others are taken');
  const row = await sql
    .selectFrom('label')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  assert.equal(row.n, MILLION + 1);
});

test('many small curations are put together, and their rows and splits stay', async () => {
  await using served = await serveFlights();
  const expected: string[] = [];
  let version: DatasetVersion | null = null;
  for (let day = 0; day < 42; day++) {
    const [prediction] = await served.predict([{ ...flights(1)[0], distance: 100 + day }]);
    await served.label([{ prediction, value: day % 2 === 0 }]);
    served.clock.moveTo(served.clock.now() + HOUR);
    const { context, bundle } = served;
    const config = { sample: 1, conflicts: 'keep' } as const;
    version = (await curate(context, { endpoint: ENDPOINT, bundle, config })).version;
    expected.push(`${100 + day} ${day % 2 === 0 ? 1 : 0}`);
  }
  assert.ok(version);
  const { distance, late } = (await readTable(served.context, version)).columns;
  assert.ok('values' in distance && 'values' in late);
  assert.deepEqual(
    [...distance.values].map((value, row) => `${value} ${late.values[row]}`),
    expected,
  );
  assert.ok((await readLineage(served.context, version)).parts.length < 5);
  const from = new Date(START + 60 * HOUR).toISOString();
  const { roles } = await splitDataset(served.context, version, {
    by: 'moment',
    column: 'predicted_at',
    from,
  });
  assert.equal(roles.train + roles.test, 42);
  assert.ok(roles.test > 5 && roles.train > 5);
});
