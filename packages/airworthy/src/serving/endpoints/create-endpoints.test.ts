import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { testContext } from '../../../test/test-context.ts';
import type { AirworthyError } from '../../kernel/errors.ts';
import { verifyAudit } from '../../store/audit.ts';
import type { Context } from '../../store/ports.ts';
import { ServingConfig } from '../schema.ts';
import { FLIGHT, flightModel, writeRelease } from '../testing/write-bundle.ts';
import { createEndpoints } from './create-endpoints.ts';

const NAME = 'flight-delays';

async function serving(context: Context, config: object = {}) {
  const endpoints = createEndpoints(context, { config: ServingConfig.parse(config) });
  await endpoints.deploy(NAME, await writeRelease(context, flightModel()));
  return endpoints;
}

/** The paths and problems a refused request names. */
async function problemsOf(request: Promise<unknown>): Promise<Record<string, string>> {
  const error = await request.then(
    () => assert.fail('it was not refused'),
    (thrown: unknown) => thrown as AirworthyError,
  );
  assert.equal(error.code, 'RECORD_INVALID', error.message);
  const fields = error.facts.fields as { path: string; problem: string }[];
  return Object.fromEntries(fields.map(({ path, problem }) => [path, problem]));
}

test('a prediction carries its label, probability, id and model version', async () => {
  await using context = testContext();
  const endpoints = await serving(context);
  const { predictions, ids, modelVersion } = await endpoints.predict(NAME, [FLIGHT]);
  // hour 17: 0.8 * 5/6; distance 733: -0.2 * -0.534; origin ORD: 0.3.
  const margin = 0.8 * (5 / 6) + 0.2 * 0.534 + 0.3;
  assert.equal(predictions.length, 1);
  assert.ok('probability' in predictions[0]);
  assert.ok(Math.abs(predictions[0].probability - 1 / (1 + Math.exp(-margin))) < 1e-12);
  assert.equal(predictions[0].label, true);
  assert.match(ids[0], /^[0-9a-f]{32}$/);
  assert.equal(modelVersion, 1);
  await endpoints.close();
});

test('each wrong value is refused by its field and what is wrong with it', async () => {
  await using context = testContext();
  const endpoints = await serving(context);
  const cases: [record: unknown, path: string, problem: RegExp][] = [
    [{ ...FLIGHT, distance: null }, 'distance', /must not be null; a number is needed/],
    [{ ...FLIGHT, distance: Number.NaN }, 'distance', /must be a number, got NaN/],
    [{ ...FLIGHT, distance: Number.POSITIVE_INFINITY }, 'distance', /must be a number, got Infinity/],
    [{ ...FLIGHT, distance: '733' }, 'distance', /must be a number, got "733"/],
    [{ ...FLIGHT, distance: true }, 'distance', /must be a number, got true/],
    [{ ...FLIGHT, distance: [733] }, 'distance', /must be a number, got a list/],
    [{ ...FLIGHT, distance: 0 }, 'distance', /must be at least 1 miles, got 0/],
    [{ ...FLIGHT, distance: 5_001 }, 'distance', /must be at most 5000 miles, got 5001/],
    [{ ...FLIGHT, distance: undefined }, 'distance', /is missing/],
    [{ ...FLIGHT, dest: 'LGA' }, 'dest', /is not a field of this model/],
    [{ ...FLIGHT, orgin: 'ORD' }, 'orgin', /did you mean "origin"\?/],
    [{ ...FLIGHT, origin: 7 }, 'origin', /must be text, got 7/],
    [{ ...FLIGHT, origin: '' }, 'origin', /must not be empty/],
    [{ ...FLIGHT, destination: 'SFO' }, 'destination', /must be one of "LGA", "JFK", got "SFO"/],
    [{ ...FLIGHT, date: 'yesterday' }, 'date', /must be an ISO 8601 time .*, got "yesterday"/],
    [{ ...FLIGHT, date: '2001-02-30T00:00:00Z' }, 'date', /must be an ISO 8601 time/],
    [{ ...FLIGHT, date: 981_222_000_000 }, 'date', /must be an ISO 8601 time/],
    [{ ...FLIGHT, date: '1999-12-31T00:00:00Z' }, 'date', /must be at least 2000-01-01T00:00:00.000Z/],
    [{ ...FLIGHT, stops: 1.5 }, 'stops', /must be a whole number, got 1.5/],
    [{ ...FLIGHT, refundable: 1 }, 'refundable', /must be true or false, got 1/],
    [JSON.parse('{"__proto__": 1}'), '__proto__', /is not a field of this model/],
    [{}, 'origin', /is missing/],
    ['ORD', '', /must be an object/],
    [null, '', /must be an object/],
    [[FLIGHT], '', /must be an object/],
  ];
  for (const [record, path, problem] of cases) {
    const problems = await problemsOf(endpoints.predict(NAME, [record]));
    assert.match(problems[path] ?? '', problem, `${JSON.stringify(record)} → ${JSON.stringify(problems)}`);
  }
  const inList = await problemsOf(endpoints.predict(NAME, [FLIGHT, { ...FLIGHT, distance: null }]));
  assert.deepEqual(Object.keys(inList), ['[1].distance']);
  await endpoints.close();
});

test('what a signature allows is taken: nulls, absent nullable fields, unseen categories of an open field', async () => {
  await using context = testContext();
  const endpoints = await serving(context);
  const records = [
    { ...FLIGHT, destination: null, stops: null, refundable: null },
    { date: '2001-02-03', distance: 733, origin: 'ORD' },
    { ...FLIGHT, origin: 'Ōsaka' },
    { ...FLIGHT, date: '2001-02-03 17:40:00+02:00', stops: 2, refundable: true },
  ];
  assert.equal((await endpoints.predict(NAME, records)).predictions.length, 4);
  await endpoints.close();
});

test('a million unknown fields and a thousand bad records give a short answer', async () => {
  await using context = testContext();
  const endpoints = await serving(context);
  const wide = Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`x${index}`, index]));
  const refused = async (records: unknown[]) => {
    const error = await endpoints.predict(NAME, records).catch((thrown: unknown) => thrown as AirworthyError);
    return JSON.stringify(error).length;
  };
  assert.ok((await refused([wide])) < 5_000);
  assert.ok((await refused(Array.from({ length: 1_000 }, () => ({})))) < 5_000);
  await endpoints.close();
});

test('none and too many records are refused, and so are endpoints that are not there', async () => {
  await using context = testContext();
  const endpoints = await serving(context, { limits: { maxBatch: 3 } });
  await assert.rejects(endpoints.predict(NAME, []), { code: 'RECORD_INVALID' });
  await assert.rejects(endpoints.predict(NAME, Array(4).fill(FLIGHT)), {
    code: 'BATCH_TOO_LARGE',
    status: 413,
  });
  await assert.rejects(endpoints.predict('flight-delay', [FLIGHT]), {
    code: 'ENDPOINT_NOT_FOUND',
    message: 'no endpoint is named "flight-delay"; did you mean "flight-delays"?',
  });
  await assert.rejects(endpoints.deploy('Not Kebab', await writeRelease(context, flightModel())), {
    code: 'BAD_ARGUMENT',
  });
  await endpoints.close();
});

test('an answer that is no finite number is refused, not sent as null', async () => {
  await using context = testContext();
  const model = flightModel();
  const endpoints = createEndpoints(context, { config: ServingConfig.parse({}) });
  const release = await writeRelease(context, {
    ...model,
    task: { kind: 'regression', target: 'delay' },
    fields: model.fields.map(({ minimum, maximum, ...field }) => field),
    estimator: { kind: 'linear', coefficients: [[0, 1e5, 0, 0, 0]], intercepts: [0], link: 'identity' },
  });
  await endpoints.deploy(NAME, release);
  const problems = await problemsOf(endpoints.predict(NAME, [{ ...FLIGHT, distance: 1e308 }]));
  assert.match(problems[''], /value is not a finite number/);
  await endpoints.close();
});

test('property: a batch gets exactly what its records get singly', async () => {
  await using context = testContext();
  const endpoints = await serving(context, { predictionLog: { enabled: false } });
  const flight = fc.record({
    date: fc
      .date({ min: new Date('2000-01-01'), max: new Date('2029-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString()),
    distance: fc.double({ min: 1, max: 5_000, noNaN: true }),
    origin: fc.string({ minLength: 1 }),
    destination: fc.constantFrom('LGA', 'JFK', null),
    stops: fc.option(fc.nat()),
    refundable: fc.option(fc.boolean()),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(flight, { minLength: 1, maxLength: 40 }), async (records) => {
      const batch = await endpoints.predict(NAME, records);
      for (const [index, record] of records.entries()) {
        const single = await endpoints.predict(NAME, [record]);
        assert.deepEqual(batch.predictions[index], single.predictions[0]);
      }
    }),
    { numRuns: 50 },
  );
  await endpoints.close();
});

test('the first id is the caller’s trace id, the others follow from it; without one all are new', async () => {
  await using context = testContext();
  const endpoints = await serving(context);
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const [once, again, other] = await Promise.all([
    endpoints.predict(NAME, [FLIGHT, FLIGHT], { traceId }),
    endpoints.predict(NAME, [FLIGHT, FLIGHT], { traceId }),
    endpoints.predict(NAME, [FLIGHT, FLIGHT]),
  ]);
  assert.equal(once.ids[0], traceId);
  assert.deepEqual(once.ids, again.ids);
  assert.equal(new Set([...once.ids, ...other.ids]).size, 4);
  await endpoints.close();
  assert.deepEqual(endpoints.predictionCounts(), { logged: 4, shed: 0, repeated: 2, queued: 0 });
});

test('a deploy is on record once, a newer one ends it, and both are audited', async () => {
  await using context = testContext();
  const endpoints = await serving(context);
  const events: number[] = [];
  context.events.on('endpoint.deployed', ({ version }) => events.push(version));
  const first = endpoints.status()[0].deployment;
  assert.ok(first);
  const again = await endpoints.deploy(NAME, first);
  assert.equal(again.id, first.id);
  const second = await writeRelease(context, flightModel(1));
  await endpoints.deploy(NAME, { ...second, reason: 'better' });
  const rows = await context.store.database.sql
    .selectFrom('deployment')
    .selectAll()
    .orderBy('version')
    .execute();
  assert.deepEqual(
    rows.map((row) => [row.version, row.reason, row.ended_at === null]),
    [
      [1, '', false],
      [2, 'better', true],
    ],
  );
  assert.equal(rows[0].ended_at, rows[1].started_at);
  assert.deepEqual(events, [2]);
  const { ok } = await verifyAudit(context);
  assert.ok(ok);
  await endpoints.close();
});

test('a new process serves what is on record, without a second row', async () => {
  await using context = testContext();
  await (await serving(context)).close();
  const endpoints = createEndpoints(context, { config: ServingConfig.parse({}) });
  assert.equal(endpoints.ready(), false);
  await endpoints.restore();
  assert.equal(endpoints.ready(), true);
  assert.equal((await endpoints.predict(NAME, [FLIGHT])).modelVersion, 1);
  const rows = await context.store.database.sql.selectFrom('deployment').selectAll().execute();
  assert.equal(rows.length, 1);
  await endpoints.close();
});

test('a release that does not repeat its golden scores is not served, and the former goes on', async () => {
  await using context = testContext();
  const endpoints = await serving(context);
  const altered = await writeRelease(context, flightModel(1), { goldenScores: [0.123] });
  await assert.rejects(endpoints.deploy(NAME, altered), { code: 'WARM_UP_FAILED' });
  assert.equal((await endpoints.predict(NAME, [FLIGHT])).modelVersion, 1);
  assert.match(endpoints.status()[0].problem ?? '', /golden record 0/);
  await assert.rejects(endpoints.deploy('other', altered), { code: 'WARM_UP_FAILED' });
  assert.equal(endpoints.has('other'), false);
  await endpoints.close();
});

test('a large batch lets others have their turn', async () => {
  await using context = testContext();
  const endpoints = await serving(context, { limits: { maxBatch: 50_000 } });
  let turns = 0;
  let waiting = true;
  const others = () => {
    turns++;
    if (waiting) setImmediate(others);
  };
  setImmediate(others);
  const { predictions } = await endpoints.predict(NAME, Array(20_000).fill(FLIGHT));
  waiting = false;
  assert.equal(predictions.length, 20_000);
  assert.ok(turns > 3, `${turns} turns`);
  await endpoints.close();
});
