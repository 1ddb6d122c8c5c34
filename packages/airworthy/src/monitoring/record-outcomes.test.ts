import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContext } from '../../test/test-context.ts';
import { createRandom } from '../stats/random.ts';
import type { Context } from '../store/ports.ts';
import { readPeriod } from './read-period.ts';
import { readReports } from './read-reports.ts';
import { readSeries } from './read-series.ts';
import { type OutcomeChange, recordOutcomes } from './record-outcomes.ts';
import {
  DAY_MS,
  ENDPOINT,
  flights,
  HOUR_MS,
  MONDAY,
  type Watched,
  watchEndpoint,
  withClock,
} from './testing/watched-endpoint.ts';

type ClockedContext = ReturnType<typeof withClock>;

/** A day of flights, a few an hour, each with the label it will have: as often late as the model says, or never. */
async function serveDay(
  context: ClockedContext,
  { endpoints }: Watched,
  start: number,
  { perHour = 30, right = true } = {},
): Promise<OutcomeChange[]> {
  const random = createRandom(`labels ${start}`);
  const changes: OutcomeChange[] = [];
  for (let hour = 0; hour < 24; hour++) {
    context.clock.time = start + hour * HOUR_MS;
    const { predictions, model, modelVersion } = await endpoints.predict(
      ENDPOINT,
      flights(perHour, context.clock.time),
    );
    for (const prediction of predictions) {
      assert.ok('probability' in prediction);
      const late = right && random.next() < prediction.probability;
      const delayMs = Math.round((1 + 3 * random.next()) * HOUR_MS);
      const identity = { endpoint: ENDPOINT, model, version: modelVersion, arm: 'champion' };
      changes.push({
        ...identity,
        at: context.clock.time,
        prediction,
        before: null,
        after: String(late),
        delayMs,
      });
    }
  }
  await endpoints.flush();
  return changes;
}

const record = (context: Context, changes: readonly OutcomeChange[]) =>
  context.store.database.write((sql) => recordOutcomes(context, sql, changes));

const realisedRows = (context: Context) =>
  context.store.database.sql
    .selectFrom('monitoring_window')
    .select(['start', 'labels', 'realised_json'])
    .orderBy('start')
    .execute();

test('labels in any order, in pieces and corrected give the same windows', async () => {
  await using first = testContext();
  await using second = testContext();
  const stores = [];
  for (const store of [first, second]) {
    const context = withClock(store);
    const watched = await watchEndpoint(context);
    stores.push({ context, watched, changes: await serveDay(context, watched, MONDAY) });
  }
  const [inOrder, shuffled] = stores;
  await record(inOrder.context, inOrder.changes);
  const order = new Int32Array(shuffled.changes.length).map((_, index) => index);
  createRandom(7).shuffle(order);
  for (let from = 0; from < order.length; from += 100) {
    const piece = [...order.subarray(from, from + 100)].map((index) => shuffled.changes[index]);
    const wrong = piece.map((change) => ({ ...change, after: change.after === 'true' ? 'false' : 'true' }));
    await record(shuffled.context, wrong);
    await record(
      shuffled.context,
      wrong.map((change) => ({ ...change, before: change.after, after: null })),
    );
    await record(shuffled.context, piece);
  }
  assert.deepEqual(await realisedRows(shuffled.context), await realisedRows(inOrder.context));
  for (const { watched } of stores) await watched.close();
});

test('a day is reported again when its labels have matured, not before, and once', async () => {
  await using store = testContext();
  const context = withClock(store);
  const watched = await watchEndpoint(context);
  const labels = [];
  for (let day = 0; day < 3; day++) {
    const changes = await serveDay(context, watched, MONDAY + day * DAY_MS);
    labels.push(changes);
    // All of a day's are known by then, but for the last one's.
    if (day < 2) await record(context, changes);
  }
  await record(context, labels[2].slice(0, 360));
  const now = MONDAY + 3 * DAY_MS + 2 * HOUR_MS;
  const reports = await watched.monitor.closeWindows(now);
  const matured = reports.filter(({ kind }) => kind === 'matured');
  assert.deepEqual(
    matured.map(({ start, labels: known, maturity }) => [(start - MONDAY) / DAY_MS, known, maturity]),
    [
      [0, 720, 1],
      [1, 720, 1],
    ],
  );
  const [{ realised, estimated, calibration }] = matured;
  const auc = (metrics: typeof realised) => metrics.find(({ metric }) => metric === 'roc-auc');
  const [fact, guess] = [auc(realised), auc(estimated)];
  assert.ok(fact?.value && guess?.value && Math.abs(fact.value - guess.value) < 0.06);
  assert.ok(calibration?.value !== null);
  await record(context, labels[2].slice(360));
  const later = await watched.monitor.closeWindows(now + 60_000);
  assert.deepEqual(
    later.map(({ kind, start }) => [kind, (start - MONDAY) / DAY_MS]),
    [['matured', 2]],
  );
  assert.equal((await readReports(context, { endpoint: ENDPOINT, kind: 'matured' })).length, 3);
  await watched.close();
});

test('hours are added up into days after a week or two, and nothing is lost, labels that come later included', async () => {
  await using store = testContext();
  const context = withClock(store);
  const watched = await watchEndpoint(context);
  const changes = await serveDay(context, watched, MONDAY);
  await record(context, changes.slice(0, 500));
  await watched.monitor.closeWindows(MONDAY + 2 * DAY_MS);
  const period = { endpoint: ENDPOINT, from: MONDAY, to: MONDAY + DAY_MS };
  context.clock.time = MONDAY + 15 * DAY_MS;
  const { maturity: _, ...before } = await readPeriod(context, period);
  assert.deepEqual(await watched.monitor.closeWindows(), []);
  const widths = await context.store.database.sql.selectFrom('monitoring_window').select('width').execute();
  assert.deepEqual(
    widths.map(({ width }) => width),
    ['day'],
  );
  const { maturity: __, ...after } = await readPeriod(context, period);
  const rounded = (value: unknown) =>
    JSON.parse(
      JSON.stringify(value, (_key, each) => (typeof each === 'number' ? Number(each.toPrecision(9)) : each)),
    );
  assert.deepEqual(rounded(after), rounded(before));
  await record(context, changes.slice(500));
  await watched.monitor.closeWindows();
  assert.deepEqual(
    (await realisedRows(context)).map(({ start, labels }) => [start, labels]),
    [[MONDAY, 720]],
  );
  await watched.close();
});

test('a period has the distributions of both sides in the same places, and a series a point a day', async () => {
  await using store = testContext();
  const context = withClock(store);
  const watched = await watchEndpoint(context);
  for (let day = 0; day < 3; day++)
    await record(context, await serveDay(context, watched, MONDAY + day * DAY_MS, { right: day < 2 }));
  context.clock.time = MONDAY + 3 * DAY_MS + HOUR_MS;
  await watched.monitor.closeWindows();
  const period = await readPeriod(context, { endpoint: ENDPOINT, from: MONDAY, to: context.clock.time });
  assert.deepEqual(
    [period.predictions, period.labels, period.maturity, period.from, period.to],
    [2_160, 2_160, 1, MONDAY, MONDAY + 3 * DAY_MS],
  );
  for (const { places } of [...period.columns, period.score ?? assert.fail('no score')]) {
    const sum = (side: 'reference' | 'current') => places.reduce((total, place) => total + place[side], 0);
    assert.deepEqual([sum('reference'), sum('current')], [4_000, 2_160]);
  }
  assert.equal(period.columns[1].unit, 'miles');
  assert.ok(period.calibrationBins.length > 3);
  const series = await readSeries(context, {
    endpoint: ENDPOINT,
    from: MONDAY,
    to: context.clock.time,
    step: 'day',
  });
  assert.deepEqual(
    series.map(({ start, predictions, labels, version }) => [
      (start - MONDAY) / DAY_MS,
      predictions,
      labels,
      version,
    ]),
    [
      [0, 720, 720, 1],
      [1, 720, 720, 1],
      [2, 720, 720, 1],
    ],
  );
  const logLoss = series.map(({ realised }) => realised?.value ?? Number.NaN);
  assert.ok(logLoss[2] > logLoss[0] + 0.1, `${logLoss}`);
  assert.ok(
    Math.abs((series[2].estimated?.value ?? Number.NaN) - (series[0].estimated?.value ?? Number.NaN)) < 0.05,
  );
  await assert.rejects(readPeriod(context, { endpoint: 'none', from: 0, to: 1 }), {
    code: 'ENDPOINT_NOT_FOUND',
  });
  await watched.close();
});

test('labels of what was not watched are counted too, and those of a version that is gone are left out', async () => {
  await using store = testContext();
  const context = withClock(store);
  const watched = await watchEndpoint(context, { monitoring: { enabled: false } });
  const changes = await serveDay(context, watched, MONDAY, { perHour: 2 });
  await record(context, [...changes, { ...changes[0], version: 99 }]);
  const rows = await realisedRows(context);
  assert.equal(
    rows.reduce((sum, { labels }) => sum + labels, 0),
    48,
  );
  assert.deepEqual(await watched.monitor.closeWindows(), []);
  await watched.close();
});
