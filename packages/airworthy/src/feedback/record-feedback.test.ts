import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countLabels } from './count-labels.ts';
import { listFeedback } from './list-feedback.ts';
import { recordFeedback } from './record-feedback.ts';
import type { FeedbackInput } from './schema.ts';
import { ENDPOINT, flights, HOUR, type Served, serveFlights } from './testing/served.ts';
import { queueFailures, triageFeedback } from './triage.ts';

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

test('a correction of a free answer is any JSON, and no label', async () => {
  await using served = await serveFlights();
  const { context } = served;
  const [prediction] = await served.predict(flights(1));
  const rules = { endpoint: ENDPOINT, task: null };
  const value = { calls: [{ name: 'light', arguments: { state: 'off' } }] };
  await recordFeedback(context, rules, { kind: 'correction', prediction, value });
  const [said] = await listFeedback(context, { endpoint: ENDPOINT, limit: 10 });
  assert.deepEqual(said.value, value);
  assert.equal((await countLabels(context, ENDPOINT)).matched, 0);
  for (const wrong of [undefined, 'x'.repeat(10_000)])
    await assert.rejects(recordFeedback(context, rules, { kind: 'correction', prediction, value: wrong }), {
      code: 'LABEL_INVALID',
    });
});

test('what people complained of is grouped, and becomes a review queue once', async () => {
  await using served = await serveFlights();
  const { context } = served;
  const predictions = await served.predict(flights(40));
  for (const prediction of predictions.slice(0, 12))
    await say(served, { kind: 'thumb', prediction, value: 'down' });
  await say(served, { kind: 'thumb', prediction: predictions[20], value: 'up' });
  await say(served, { kind: 'correction', prediction: predictions[3], value: true });
  const triage = await triageFeedback(context, { endpoint: ENDPOINT, since: 0 });
  assert.deepEqual([triage.predictions, triage.failures.length], [40, 12]);
  assert.equal(triage.analysis.failures, 12);
  assert.ok(triage.analysis.clusters.length > 0);
  const corrected = triage.failures.filter((failure) => failure.correction !== undefined);
  assert.deepEqual(
    corrected.map(({ prediction, correction }) => [prediction, correction]),
    [[predictions[3], 'true']],
  );
  const queued = await queueFailures(context, { name: 'monday', failures: triage.failures });
  assert.deepEqual([queued.items, queued.reused], [12, false]);
  assert.equal((await queueFailures(context, { name: 'monday', failures: triage.failures })).reused, true);
  const later = await triageFeedback(context, { endpoint: ENDPOINT, since: Number.MAX_SAFE_INTEGER });
  assert.deepEqual([later.predictions, later.failures.length], [0, 0]);
});
