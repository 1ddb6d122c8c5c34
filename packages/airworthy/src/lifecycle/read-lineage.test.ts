import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContext } from '../../test/test-context.ts';
import { sha256 } from '../kernel/ids.ts';
import { flightModel, writeRelease } from '../serving/testing/write-bundle.ts';
import type { Context } from '../store/ports.ts';
import { startRun } from '../tracking/index.ts';
import { readOrigins, versionsTrainedOn } from './read-lineage.ts';

/** A dataset version that was made from others; returns its digest. */
async function addVersion(context: Context, dataset: string, madeFrom: readonly string[]): Promise<string> {
  const digest = sha256(dataset);
  const source = { recipe: '', source: [], format: 'csv', files: [], rowsRead: 9, filters: [] };
  await context.store.database.write((sql) =>
    sql
      .insertInto('dataset_version')
      .values({
        project: context.project,
        dataset,
        digest,
        number: 1,
        rows: 10,
        schema_json: '{}',
        source_json: JSON.stringify(source),
        profile_json: '{}',
        findings_json: '[]',
        made_from_json: JSON.stringify(madeFrom),
        blob: '',
        actor: 'local',
        created_at: context.clock.now(),
      })
      .execute(),
  );
  return digest;
}

/** A model version whose run read these dataset versions; deployed where an endpoint is named. */
async function addModel(context: Context, intercept: number, read: readonly string[], endpoint?: string) {
  const release = await writeRelease(context, flightModel(intercept));
  const run = sha256(release.bundle).slice(0, 32);
  const inputs = read.map((digest) => ({ kind: 'dataset-version', digest }));
  await startRun(context, { id: run, experiment: 'test', name: 'training', inputs });
  if (endpoint === undefined) return release;
  const deployment = { project: context.project, id: endpoint, endpoint, arm: 'champion' };
  await context.store.database.write((sql) =>
    sql
      .insertInto('deployment')
      .values({ ...deployment, ...release, actor: 'local', reason: '', started_at: 1, ended_at: null })
      .execute(),
  );
  return release;
}

test('live models are found from the rows they were trained on, however many datasets lie between', async () => {
  await using context = testContext();
  const january = await addVersion(context, 'january', []);
  const other = await addVersion(context, 'other', []);
  const february = await addVersion(context, 'february', [january, sha256('labels')]);
  const march = await addVersion(context, 'march', [february]);
  await addModel(context, 1, [january]);
  const live = await addModel(context, 2, [march, other], 'flights');
  const trained = await versionsTrainedOn(context, january);
  assert.deepEqual(
    trained.map(({ number, trainedOn, endpoints }) => ({ number, trainedOn, endpoints })).sort(byNumber),
    [
      { number: 1, trainedOn: january, endpoints: [] },
      { number: 2, trainedOn: march, endpoints: ['flights'] },
    ],
  );
  // From a label's lineage, too: what it was made part of leads to what serves.
  assert.deepEqual(
    (await versionsTrainedOn(context, sha256('labels'))).map(({ number }) => number),
    [2],
  );
  assert.deepEqual(await versionsTrainedOn(context, sha256('nothing')), []);

  const origins = await readOrigins(context, live.bundle);
  assert.deepEqual(origins.map(({ dataset }) => dataset).sort(), ['february', 'january', 'march', 'other']);
  assert.deepEqual(origins.find(({ dataset }) => dataset === 'february')?.madeFrom, [
    january,
    sha256('labels'),
  ]);
});

test('datasets that name each other do not go round for ever', async () => {
  await using context = testContext();
  const egg = await addVersion(context, 'egg', [sha256('hen')]);
  const hen = await addVersion(context, 'hen', [egg]);
  const { bundle } = await addModel(context, 1, [hen]);
  assert.equal((await versionsTrainedOn(context, egg)).length, 1);
  assert.equal((await readOrigins(context, bundle)).length, 2);
});

function byNumber(a: { number: number }, b: { number: number }): number {
  return a.number - b.number;
}
