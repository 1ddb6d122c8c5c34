import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContext } from '../../test/test-context.ts';
import { contentKey, sha256 } from '../kernel/ids.ts';
import { readOrigins, versionsTrainedOn } from './read-lineage.ts';
import { addModel, addVersion } from './testing/lineage-records.ts';

test('live models are found from the rows they were trained on, however many datasets lie between', async () => {
  await using context = testContext();
  const january = await addVersion(context, { dataset: 'january' });
  const other = await addVersion(context, { dataset: 'other' });
  const february = await addVersion(context, { dataset: 'february', madeFrom: [january, sha256('labels')] });
  const march = await addVersion(context, { dataset: 'march', madeFrom: [february] });
  await addModel(context, { intercept: 1, read: [january] });
  const live = await addModel(context, { intercept: 2, read: [march, other], endpoint: 'flights' });
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
  const egg = await addVersion(context, {
    dataset: 'egg',
    madeFrom: [contentKey({ dataset: 'hen', number: 1 })],
  });
  const hen = await addVersion(context, { dataset: 'hen', madeFrom: [egg] });
  const { bundle } = await addModel(context, { read: [hen] });
  assert.equal((await versionsTrainedOn(context, egg)).length, 1);
  assert.equal((await readOrigins(context, bundle)).length, 2);
});

function byNumber(a: { number: number }, b: { number: number }): number {
  return a.number - b.number;
}
