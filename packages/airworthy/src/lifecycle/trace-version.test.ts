import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContext } from '../../test/test-context.ts';
import { readModelVersion } from './read-model-version.ts';
import { addModel, addVersion } from './testing/lineage-records.ts';

test('of weekly versions that hold each other the newest is told, and its labels once', async () => {
  await using context = testContext();
  const files = [{ path: 'flights.csv', bytes: 1 }];
  const base = await addVersion(context, { dataset: 'flights', source: ['flights.csv'], files });
  const record = 'f'.repeat(64);
  const source = ['labelled predictions of endpoint flights'];
  let week: string | undefined;
  for (let number = 1; number <= 5; number++) {
    const madeFrom = week === undefined ? [record] : [record, week];
    week = await addVersion(context, { dataset: 'flights-feedback', number, source, madeFrom });
  }
  const window = { dataset: 'flights-feedback-window', source, madeFrom: [record, week as string] };
  const read = [base, await addVersion(context, window)];
  await addModel(context, { read, endpoint: 'flights' });
  const { lineage, answer } = await readModelVersion(context, 'flight-delays', 1);
  assert.deepEqual(
    lineage.map(({ kind, label }) => [kind, label.replace(/ [0-9a-f]{12}$/, '')]),
    [
      ['files', 'flights.csv'],
      ['dataset-version', 'flights version 1'],
      ['feedback', source[0]],
      ['dataset-version', 'flights-feedback version 5'],
      ['dataset-version', 'flights-feedback-window version 1'],
      ['run', 'run'],
      ['bundle', 'bundle'],
      ['model-version', 'flight-delays version 1'],
      ['deployment', 'flights'],
    ],
  );
  assert.match(answer, /^Version 1 serves flights since 1970-01-01 00:00:00 UTC\. No gate was asked\.$/);
});
