import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AirworthyError } from '../kernel/errors.ts';
import { ServingConfig } from '../serving/index.ts';
import { flightModel } from '../serving/testing/write-bundle.ts';
import { countLabels } from './count-labels.ts';
import { matchWaiting } from './match-waiting.ts';
import { pruneFeedback } from './prune-feedback.ts';
import type { LabelInput } from './schema.ts';
import { FeedbackConfig } from './schema.ts';
import { ENDPOINT, flights, HOUR, type Served, START, serveFlights } from './testing/served.ts';

const DAY = 24 * HOUR;
const NONE = { received: 0, matched: 0, waiting: 0, corrected: 0, unchanged: 0, expired: 0 };

const idOf = (number: number) => number.toString(16).padStart(32, '0');

async function outcomes({ context }: Served) {
  const rows = await context.store.database.sql
    .selectFrom('outcome')
    .select(['prediction', 'label', 'value_json', 'predicted_at', 'known_at'])
    .orderBy('prediction')
    .execute();
  return rows.map((row) => ({ ...row }));
}

async function realised({ context }: Served) {
  const rows = await context.store.database.sql
    .selectFrom('monitoring_window')
    .select(['start', 'labels', 'realised_json'])
    .orderBy('start')
    .execute();
  return rows.map((row) => ({ ...row }));
}

async function refusal(work: Promise<unknown>): Promise<AirworthyError> {
  return work.then(
    () => assert.fail('it was not refused'),
    (error) => error as AirworthyError,
  );
}

test('a label is kept once, a correction with what it corrected', async () => {
  await using served = await serveFlights();
  const [a, b] = await served.predict(flights(2));
  served.clock.moveTo(START + DAY);
  const labels = [
    { prediction: a, value: true, knownAt: '2001-02-01T03:00:00Z' },
    { prediction: b, value: 'false', knownAt: START + 5 * HOUR },
  ];
  assert.deepEqual(await served.label(labels), { ...NONE, received: 2, matched: 2 });
  assert.deepEqual(await served.label(labels), { ...NONE, received: 2, unchanged: 2 });
  const before = await outcomes(served);
  assert.deepEqual(
    before.map((row) => [row.value_json, row.known_at - row.predicted_at]),
    [
      ['"true"', 2 * HOUR],
      ['"false"', 3 * HOUR],
    ],
  );
  const correction = [{ prediction: a, value: false, knownAt: START + 6 * HOUR }];
  assert.deepEqual(await served.label(correction), { ...NONE, received: 1, corrected: 1 });
  // What was known earlier is history, not the outcome.
  const late = [{ prediction: a, value: true, knownAt: START + 4 * HOUR, source: 'other' }];
  assert.deepEqual(await served.label(late), { ...NONE, received: 1, matched: 1 });
  assert.equal((await outcomes(served))[0].value_json, '"false"');
  const both = [
    { prediction: a, value: true, knownAt: START + 3 * HOUR, source: 'third' },
    { prediction: b, value: true, knownAt: START + 7 * HOUR },
  ];
  assert.deepEqual(await served.label(both), { ...NONE, received: 2, matched: 1, corrected: 1 });
  assert.deepEqual(
    (await outcomes(served)).map((row) => [row.value_json, row.known_at]),
    [
      ['"false"', START + 6 * HOUR],
      ['"true"', START + 7 * HOUR],
    ],
  );
  assert.deepEqual(await countLabels(served.context, ENDPOINT), { matched: 6, waiting: 0, expired: 0 });
  assert.deepEqual(
    (await realised(served)).map((row) => row.labels),
    [1, 1],
  );
});

test('a label without a time repeats or corrects what its source said last', async () => {
  await using served = await serveFlights();
  const [a] = await served.predict(flights(1));
  const say = (value: boolean, source = 'desk') => served.label([{ prediction: a, value, source }]);
  assert.equal((await say(true)).matched, 1);
  assert.equal((await say(true)).unchanged, 1);
  assert.equal((await say(false)).corrected, 1);
  assert.equal((await say(true)).corrected, 1, 'back again, though the clock stood still');
  assert.equal((await say(false, 'audit')).corrected, 1);
  assert.equal((await say(true)).unchanged, 1, 'a repetition does not undo what another source said since');
  assert.equal((await outcomes(served))[0].value_json, '"false"');
  const twice = await served.label([
    { prediction: a, value: true, source: 'audit' },
    { prediction: a, value: true, source: 'audit' },
  ]);
  assert.deepEqual(twice, { ...NONE, received: 2, corrected: 1, unchanged: 1 });
});

test('labels wait for their predictions, by id and by key', async () => {
  await using served = await serveFlights({ key: ['flight', 'leg'] });
  const record = (flight: unknown) => ({ ...flights(1)[0], flight, leg: 1 });
  const early = await served.label([
    { prediction: idOf(7), value: true },
    { key: { flight: 'AA1', leg: '1' }, value: false },
  ]);
  assert.deepEqual(early, { ...NONE, received: 2, waiting: 2 });
  await served.endpoints.predict(ENDPOINT, [record('AA1')], { traceId: idOf(7) });
  await served.predict([record('AA1'), record('AA2')]);
  assert.deepEqual(await countLabels(served.context, ENDPOINT), { matched: 2, waiting: 0, expired: 0 });
  assert.equal((await outcomes(served)).length, 2, 'each prediction with the key has the label');
  const [last] = await served.predict([record('AA1')]);
  assert.ok(
    (await outcomes(served)).some((row) => row.prediction === last),
    'one that comes later too',
  );
  assert.equal((await served.label([{ key: { flight: 'AA2', leg: 1 }, value: true }])).matched, 1);
});

test('predictions that were written without the hook are found by a sweep', async () => {
  await using served = await serveFlights({ key: ['flight'] }, flightModel(), false);
  await served.label([
    { key: { flight: 7 }, value: true },
    { key: { flight: 8 }, value: true },
  ]);
  await served.predict([{ ...flights(1)[0], flight: '7' }]);
  assert.equal((await outcomes(served)).length, 0);
  assert.equal(await matchWaiting(served.context, ENDPOINT), 1);
  assert.equal(await matchWaiting(served.context, ENDPOINT), 0);
  assert.equal((await outcomes(served)).length, 1);
  assert.deepEqual(await countLabels(served.context, ENDPOINT), { matched: 1, waiting: 1, expired: 0 });
});

test('a label that does not fit is named by its place, and none of its request is kept', async () => {
  await using served = await serveFlights();
  const [prediction] = await served.predict(flights(1));
  const good = { prediction, value: true };
  const cases: [label: object, problem: RegExp][] = [
    [{ prediction, value: 'late' }, /has the value "late"; the classes are "false", "true"/],
    [{ prediction, value: 1 }, /has the value 1; the classes/],
    [{ prediction, value: null }, /has the value null/],
    [{ prediction }, /has the value undefined/],
    [
      { prediction, value: true, knownAt: START + 3 * HOUR },
      /known at 2001-02-01T03:00:00.000Z, which lies in the future/,
    ],
    [{ prediction, value: true, knownAt: 'yesterday' }, /knownAt "yesterday"/],
    [{ prediction, value: true, knownAt: Number.NaN }, /knownAt NaN/],
    [{ prediction, value: true, source: 'a\u0000b' }, /has the source/],
    [{ prediction: 'abc', value: true }, /prediction id "abc", which is not 32/],
    [{ value: true }, /needs either a prediction or a key/],
    [{ prediction, key: {}, value: true }, /needs either a prediction or a key/],
    [{ key: { order: 1 }, value: true }, /has a key, but the project declares none/],
  ];
  for (const [label, problem] of cases) {
    const error = await refusal(served.label([good, label as LabelInput, good]));
    assert.equal(error.code, 'LABEL_INVALID', String(error));
    assert.match(error.message, /^labels\[1\] /);
    assert.match(error.message, problem);
    assert.equal(error.at, 'labels[1]');
  }
  assert.deepEqual(await countLabels(served.context, ENDPOINT), { matched: 0, waiting: 0, expired: 0 });
  const many = await refusal(served.label(Array(10_001).fill(good)));
  assert.deepEqual([many.code, many.status], ['LABELS_TOO_MANY', 413]);
  const all = await refusal(served.label(Array(5_000).fill({ prediction, value: 7 })));
  assert.ok(JSON.stringify(all).length < 3_000);
});

test('keys, regression and multiclass are checked by what is declared', async () => {
  await using keyed = await serveFlights({ key: ['flight', 'leg'] });
  for (const [key, problem] of [
    [{ flight: 'AA1' }, /has no "leg" in its key/],
    [{ flight: 'AA1', leg: null }, /has no "leg" in its key/],
    [{ flight: 'AA1', leg: 1, gate: 2 }, /has "gate" in its key, which is flight, leg/],
  ] as const) {
    assert.match((await refusal(keyed.label([{ key, value: true }]))).message, problem);
  }
  const { fields, ...model } = flightModel();
  await using minutes = await serveFlights(
    {},
    {
      ...model,
      fields,
      task: { kind: 'regression', target: 'delay' },
      estimator: { kind: 'linear', coefficients: [[1, 1, 1, 1, 1]], intercepts: [0], link: 'identity' },
    },
  );
  const [prediction] = await minutes.predict(flights(1));
  for (const value of ['12', Number.NaN, Number.POSITIVE_INFINITY, true])
    assert.match(
      (await refusal(minutes.label([{ prediction, value }]))).message,
      /a finite number is needed/,
    );
  assert.equal((await minutes.label([{ prediction, value: -0 }])).matched, 1);
  assert.equal((await outcomes(minutes))[0].value_json, '0');
});

test('what can no longer meet its prediction is kept, counted and of no effect', async () => {
  await using served = await serveFlights();
  const { context, clock } = served;
  const [gone, kept] = await served.predict(flights(2));
  await served.label([{ prediction: gone, value: true }]);
  await context.store.database.write((sql) => sql.deleteFrom('prediction').where('id', '=', gone).execute());
  clock.moveTo(START + 40 * DAY);
  const receipt = await served.label([
    { prediction: gone, value: false },
    { prediction: idOf(1), value: true, knownAt: START },
    { prediction: idOf(2), value: true },
    { prediction: kept, value: true, knownAt: START + 2 * HOUR },
  ]);
  assert.deepEqual(receipt, { ...NONE, received: 4, matched: 1, waiting: 1, expired: 2 });
  clock.moveTo(START + 80 * DAY);
  const config = { feedback: FeedbackConfig.parse({}), serving: ServingConfig.parse({}) };
  assert.deepEqual(await pruneFeedback(context, config), { expired: 1, deleted: 0 });
  assert.deepEqual(await countLabels(context, ENDPOINT), { matched: 2, waiting: 0, expired: 3 });
  clock.moveTo(START + 420 * DAY);
  assert.equal((await pruneFeedback(context, config)).deleted, 5, '3 labels and 2 outcomes');
  assert.deepEqual(await countLabels(context, ENDPOINT), { matched: 0, waiting: 0, expired: 2 });
});

/** What is said of eight flights, two of which share a key; the time is when it became known. */
const saying = fc.record({
  flight: fc.nat(7),
  byKey: fc.boolean(),
  value: fc.boolean(),
  hour: fc.integer({ min: 0, max: 12 }),
  source: fc.constantFrom('desk', 'audit'),
});
type Saying = typeof saying extends fc.Arbitrary<infer Value> ? Value : never;

const keyOf = (flight: number) => `F${Math.max(1, flight)}`;

function toLabel({ flight, byKey, value, hour, source }: Saying): LabelInput {
  const target = byKey ? { key: { flight: keyOf(flight) } } : { prediction: idOf(flight) };
  return { ...target, value, knownAt: START + hour * HOUR, source };
}

async function predictFlight({ clock, endpoints }: Served, flight: number): Promise<void> {
  clock.moveTo(START + flight * HOUR);
  const record = { ...flights(1)[0], distance: 100 + 300 * flight, flight: keyOf(flight) };
  await endpoints.predict(ENDPOINT, [record], { traceId: idOf(flight) });
  await endpoints.flush();
}

async function sayAll({ clock, label }: Served, sayings: readonly Saying[]): Promise<void> {
  clock.moveTo(START + DAY);
  await label(sayings.map(toLabel));
}

test('property: any order, repetition and split of labels, before or after predictions, gives the same outcome', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(saying, { minLength: 1, maxLength: 16 }),
      fc.array(fc.nat(1_000), { minLength: 40, maxLength: 40 }),
      fc.nat(8),
      async (sayings, places, known) => {
        await using inOrder = await serveFlights({ key: ['flight'] });
        for (let flight = 0; flight < 8; flight++) await predictFlight(inOrder, flight);
        for (const said of sayings.toSorted((a, b) => a.hour - b.hour)) await sayAll(inOrder, [said]);

        await using anyhow = await serveFlights({ key: ['flight'] });
        const twice = [...sayings, ...sayings];
        const shuffled = twice
          .map((said, index) => ({ said, place: places[index] }))
          .sort((a, b) => a.place - b.place)
          .map(({ said }) => said);
        const half = Math.floor(shuffled.length / 3);
        for (let flight = 0; flight < known; flight++) await predictFlight(anyhow, flight);
        await sayAll(anyhow, shuffled.slice(0, half));
        for (let flight = known; flight < 8; flight++) await predictFlight(anyhow, flight);
        await sayAll(anyhow, shuffled.slice(half));

        assert.deepEqual(await outcomes(anyhow), await outcomes(inOrder));
        assert.deepEqual(await realised(anyhow), await realised(inOrder));
      },
    ),
    { numRuns: 8 },
  );
});
