import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countLabels } from './count-labels.ts';
import { listFeedback } from './list-feedback.ts';
import { recordFeedback } from './record-feedback.ts';
import type { FeedbackInput } from './schema.ts';
import { ENDPOINT, flights, HOUR, type Served, serveFlights } from './testing/served.ts';

function say({ context, task }: Served, feedback: FeedbackInput, endpoint = ENDPOINT) {
  return recordFeedback(context, { endpoint, task }, feedback);
}

test('each source has one thumb a prediction; the same comment twice is one', async () => {
  await using served = await serveFlights();
  const { context, clock } = served;
  const [prediction] = await served.predict(flights(1));
  const first = await say(served, { kind: 'thumb', prediction, value: 'up', source: 'anna' });
  clock.moveTo(clock.now() + HOUR);
  const repeated = await say(served, { kind: 'thumb', prediction, value: 'up', source: 'anna' });
  assert.deepEqual(repeated, first, 'with the time of the first');
  await say(served, { kind: 'thumb', prediction, value: 'down', source: 'anna' });
  await say(served, { kind: 'thumb', prediction, value: 'up', source: 'ben' });
  await say(served, { kind: 'comment', prediction, value: 'fog' });
  await say(served, { kind: 'comment', prediction, value: 'fog' });
  await say(served, { kind: 'comment', prediction, value: 'snow' });
  const said = await listFeedback(context, { endpoint: ENDPOINT, limit: 10 });
  assert.deepEqual(said.map(({ kind, value, source }) => `${kind} ${value} ${source}`).sort(), [
    ...['comment fog feedback', 'comment snow feedback'],
    ...['thumb down anna', 'thumb up ben'],
  ]);
  const thumbs = await listFeedback(context, { endpoint: ENDPOINT, kind: 'thumb', prediction, limit: 1 });
  const [{ at, id }] = thumbs;
  const rest = await listFeedback(context, {
    endpoint: ENDPOINT,
    kind: 'thumb',
    limit: 10,
    before: { at, id },
  });
  assert.deepEqual([thumbs.length, rest.length], [1, 1]);
});

test('a correction is a label too', async () => {
  await using served = await serveFlights();
  const { context } = served;
  const [prediction] = await served.predict(flights(1));
  const correction = { kind: 'correction', prediction, value: false } as const;
  assert.equal((await say(served, correction)).value, 'false');
  await say(served, correction);
  assert.deepEqual(await countLabels(context, ENDPOINT), { matched: 1, waiting: 0, expired: 0 });
  const [outcome] = await context.store.database.sql.selectFrom('outcome').select('value_json').execute();
  assert.equal(outcome.value_json, '"false"');
  await assert.rejects(say(served, { ...correction, value: 'late' }), { code: 'LABEL_INVALID' });
  assert.equal((await listFeedback(context, { endpoint: ENDPOINT, limit: 10 })).length, 1);
});

test('feedback on what was not predicted there is refused', async () => {
  await using served = await serveFlights();
  const [prediction] = await served.predict(flights(1));
  const thumb = { kind: 'thumb', prediction, value: 'up' } as const;
  await assert.rejects(say(served, { ...thumb, prediction: 'f'.repeat(32) }), {
    code: 'PREDICTION_NOT_FOUND',
  });
  await assert.rejects(say(served, thumb, 'elsewhere'), { code: 'PREDICTION_NOT_FOUND' });
});
