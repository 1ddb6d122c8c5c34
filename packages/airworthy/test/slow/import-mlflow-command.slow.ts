import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startServer } from '../../src/http/testing/start-server.ts';
import { testProject } from '../../src/http/testing/test-project.ts';
import { importMlflow } from '../../src/lifecycle/import-mlflow/import-mlflow.ts';
import { openMlflowSource } from '../../src/lifecycle/import-mlflow/open-source.ts';
import {
  CHILD,
  ENDED,
  LOGGED_MODEL,
  PARENT,
  STARTED,
  TRACE,
  writeDatabase,
  writeFolder,
} from '../../src/lifecycle/import-mlflow/testing/write-mlflow.ts';
import { readModel } from '../../src/registry/index.ts';
import { getExperiment, getRun, metricHistory, readArtifact } from '../../src/tracking/index.ts';
import { type TestContext, testContext } from '../test-context.ts';

const folder = mkdtempSync(join(tmpdir(), 'airworthy-import-'));
const project = testProject();
after(() => rmSync(folder, { recursive: true, force: true }));

async function bring(context: TestContext, from: string) {
  await using source = openMlflowSource(from, { folder });
  return await importMlflow(context, project, source);
}

/** What there must be, wherever it came from. */
async function assertBrought(context: TestContext): Promise<void> {
  const experiment = await getExperiment(context, { name: 'prices' });
  assert.deepEqual([experiment.createdAt, experiment.tags], [STARTED, { team: 'growth' }]);
  const child = await getRun(context, CHILD);
  assert.deepEqual(
    [child.name, child.parent, child.status, child.startedAt, child.endedAt, child.userId, child.params],
    ['trial', PARENT, 'finished', STARTED, ENDED, 'ann', { depth: '3' }],
  );
  const { points } = await metricHistory(context, PARENT, 'train/loss');
  assert.deepEqual(points, [
    { step: 0, time: STARTED, value: 0.5 },
    { step: 1, time: STARTED + 1, value: 0.25 },
    { step: 2, time: STARTED + 2, value: Number.NaN },
  ]);
  assert.equal((await readArtifact(context, CHILD, 'notes/a.txt')).toString(), 'notes of trial');
  const model = await readModel(context, 'pricer');
  assert.deepEqual([model.createdAt, model.aliases], [STARTED, { champion: 3 }]);
  assert.deepEqual(
    model.latest.map(({ number, stage, loggedModel, run }) => [number, stage, loggedModel, run]),
    [[3, 'Production', LOGGED_MODEL, PARENT]],
  );
  const span = await context.store.database.sql.selectFrom('span').selectAll().executeTakeFirstOrThrow();
  assert.deepEqual(
    [span.trace, span.name, span.started_us, span.started_ns, span.ended_ns],
    [TRACE, 'answer', 1_700_000_000_000_000, 123, 456],
  );
  const tag = await context.store.database.sql
    .selectFrom('trace_tag')
    .selectAll()
    .where('key', '=', 'stage')
    .execute();
  assert.equal(tag[0].value, 'test');
}

describe('an import', () => {
  before(() => {
    writeFolder(join(folder, 'mlruns'));
    writeDatabase(join(folder, 'server', 'mlflow.db'));
  });

  test('from a folder of files; again, it changes nothing', async () => {
    await using context = testContext();
    const first = await bring(context, 'mlruns');
    await assertBrought(context);
    assert.deepEqual(first.imported, {
      ...{ experiments: 1, points: 6, artifacts: 3, runs: 2, 'logged models': 1 },
      ...{ 'points of logged models': 1, spans: 1, traces: 1, versions: 1, models: 1 },
    });
    assert.deepEqual(first.renumbered, [{ name: 'prices', from: '466104623105912334', to: 1 }]);
    const again = await bring(context, 'mlruns');
    assert.deepEqual(again.imported, {});
    assert.deepEqual(again.present, { runs: 2, 'logged models': 1, traces: 1, models: 1 });
    await assertBrought(context);
  });

  test('from a database keeps the experiment’s number, and counts what has no place', async () => {
    await using context = testContext();
    const report = await bring(context, 'server/mlflow.db');
    await assertBrought(context);
    assert.equal((await getExperiment(context, { name: 'prices' })).number, 7);
    assert.deepEqual([report.renumbered, report.leftOut], [[], { jobs: 1 }]);
  });

  test('from a server: another one of ours, which speaks as MLflow does', async () => {
    await using there = await startServer({ empty: true });
    await bring(there.context as TestContext, 'server/mlflow.db');
    await using context = testContext();
    await bring(context, `http://127.0.0.1:${there.port}`);
    await assertBrought(context);
  });

  test('broken off anywhere, the next call goes on and ends with the same', async () => {
    await using whole = testContext();
    await bring(whole, 'server/mlflow.db');
    for (let writes = 1; ; writes += 3) {
      await using context = testContext();
      if (!(await breaksOffAfter(context, writes))) break;
      await bring(context, 'server/mlflow.db');
      await assertBrought(context);
      assert.deepEqual(await counts(context), await counts(whole), `broken off before write ${writes}`);
    }
  });

  test('reads what it is told to and nothing else: no links, no writes', async () => {
    await using context = testContext();
    const notes = join(folder, 'mlruns', '466104623105912334', PARENT, 'artifacts', 'notes');
    writeFileSync(join(folder, 'outside.txt'), 'outside');
    symlinkSync(join(folder, 'outside.txt'), join(notes, 'link.txt'));
    const before = listing(join(folder, 'mlruns'));
    await bring(context, 'mlruns');
    assert.deepEqual(listing(join(folder, 'mlruns')), before);
    await assert.rejects(readArtifact(context, PARENT, 'notes/link.txt'), { code: 'ARTIFACT_NOT_FOUND' });
  });

  test('what is no MLflow is told with its name', async () => {
    await using context = testContext();
    writeFileSync(join(folder, 'notes.db'), 'no database');
    for (const from of ['nowhere', 'notes.db', '.', 'http://127.0.0.1:1'])
      await assert.rejects(bring(context, from), { code: 'IMPORT_SOURCE_UNREADABLE' }, from);
  });
});

const COUNTED = [
  'run',
  'param',
  'tag',
  'metric_point',
  'artifact',
  'span',
  'trace',
  'model_version',
  'alias_history',
] as const;

async function counts({ store }: TestContext): Promise<Record<string, number>> {
  const rows = COUNTED.map(async (table) => [
    table,
    (await store.database.sql.selectFrom(table).selectAll().execute()).length,
  ]);
  return Object.fromEntries(await Promise.all(rows));
}

/** Lets so many writes through, then fails as a full disk would. False where the import ended before. */
async function breaksOffAfter(context: TestContext, writes: number): Promise<boolean> {
  let left = writes;
  const { database } = context.store;
  const failing: typeof database = {
    ...database,
    write: (work) => (left-- > 0 ? database.write(work) : Promise.reject(new Error('broken off'))),
  };
  const broken = { ...context, store: { ...context.store, database: failing } };
  return bring(broken as TestContext, 'server/mlflow.db').then(
    () => false,
    (error: Error) => {
      assert.match(error.message, /broken off/);
      return true;
    },
  );
}

function listing(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => `${name} ${statSync(join(root, name)).mtimeMs}`);
}
