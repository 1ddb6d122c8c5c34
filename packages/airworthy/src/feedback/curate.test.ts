import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTable, uniteVersions } from '../data/index.ts';
import { type Curation, curate } from './curate.ts';
import { readLineage } from './curation/lineage.ts';
import { recordLabels } from './record-labels.ts';
import { ENDPOINT, flights, HOUR, type Served, START, serveFlights } from './testing/served.ts';

const CONFIG = { sample: 1, conflicts: 'keep' } as const;

function curateNow({ context, bundle }: Served, more: Partial<Curation> = {}) {
  return curate(context, { endpoint: ENDPOINT, bundle, config: CONFIG, ...more });
}

function label(
  { context, task }: Served,
  labels: readonly { prediction: string; value: boolean; source?: string }[],
) {
  return recordLabels(context, { endpoint: ENDPOINT, task, labels });
}

test('labelled predictions become rows, and later calls add what came since', async () => {
  await using served = await serveFlights();
  const first = await served.predict(flights(5));
  await label(
    served,
    first.slice(0, 3).map((prediction) => ({ prediction, value: true })),
  );
  served.clock.moveTo(served.clock.now() + HOUR);
  const a = await curateNow(served);
  assert.equal(a.rows, 3);
  assert.ok(a.version);
  assert.equal(a.version.number, 1);
  const table = await readTable(served.context, a.version);
  assert.equal(table.rows, 3);
  const { distance, late, predicted_at, origin } = table.columns;
  assert.ok('values' in distance && 'values' in late && 'values' in predicted_at && 'codes' in origin);
  assert.deepEqual([...distance.values], [100, 101, 102]);
  assert.deepEqual([...late.values], [1, 1, 1]);
  assert.deepEqual(
    [...predicted_at.values],
    [1, 2, 3].map((hour) => START + hour * HOUR),
  );
  assert.deepEqual(origin.categories, ['ORD']);

  const again = await curateNow(served);
  assert.deepEqual([again.rows, again.version?.digest], [0, a.version.digest]);

  // One label that came late, one new prediction, one correction.
  const [newer] = await served.predict(flights(1));
  await label(served, [
    { prediction: first[4], value: false },
    { prediction: newer, value: true },
    { prediction: first[0], value: false },
  ]);
  served.clock.moveTo(served.clock.now() + HOUR);
  const b = await curateNow(served);
  assert.deepEqual([b.rows, b.removed, b.version?.rows, b.version?.number], [3, 1, 5, 2]);
  assert.ok(b.version);
  const after = (await readTable(served.context, b.version)).columns;
  assert.ok('values' in after.distance && 'values' in after.late);
  assert.deepEqual([...after.distance.values], [101, 102, 100, 104, 100]);
  assert.deepEqual([...after.late.values], [1, 1, 1, 0, 0]);
  const lineage = await readLineage(served.context, b.version);
  assert.deepEqual(
    lineage.parts.map((part) => part.rows),
    [2, 3],
  );
  assert.equal(b.version.madeFrom[1], a.version.digest);
});
test('conflicts', async () => {
  await using served = await serveFlights();
  const ids = await served.predict(flights(4));
  await label(
    served,
    ids.map((prediction) => ({ prediction, value: true, source: 'a' })),
  );
  await label(served, [{ prediction: ids[0], value: false, source: 'b' }]);
  served.clock.moveTo(served.clock.now() + HOUR);
  const r = await curateNow(served, { config: { sample: 1, conflicts: 'review' } });
  assert.deepEqual([r.rows, r.leftOut.inReview], [3, 1]);
  const united = await uniteVersions(served.context, [r.version!, r.version!], {
    name: 'both',
    keep: ['predicted_at'],
  });
  assert.equal(united.version.rows, 6);
});
