import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { testContext } from '../../test/test-context.ts';
import { flightModel, writeRelease } from '../serving/testing/write-bundle.ts';
import type { Context } from '../store/ports.ts';
import { createMonitor } from './create-monitor.ts';
import { readPeriod } from './read-period.ts';
import { readReports } from './read-reports.ts';
import { MonitoringConfig, type WindowReport } from './schema.ts';
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

type Flights = ReturnType<typeof flights>;
type ClockedContext = ReturnType<typeof withClock>;

/** Serves such flights at that time. */
async function serveAt(context: ClockedContext, { endpoints }: Watched, time: number, records: Flights) {
  context.clock.time = time;
  await endpoints.predict(ENDPOINT, records);
  await endpoints.flush();
}

const shown = (reports: readonly WindowReport[]) =>
  reports.map(({ width, start, predictions }) => `${width} ${(start - MONDAY) / HOUR_MS} ${predictions}`);

async function storedPredictions(context: Context): Promise<number> {
  const rows = await context.store.database.sql
    .selectFrom('monitoring_window')
    .select('predictions')
    .execute();
  return rows.reduce((sum, { predictions }) => sum + predictions, 0);
}

test('a day like the reference: reported once when it is over, its hours before, and nothing has drifted', async () => {
  await using store = testContext();
  const context = withClock(store);
  const watched = await watchEndpoint(context);
  const { endpoints, monitor } = watched;
  for (const hour of [0, 6, 12]) await serveAt(context, watched, MONDAY + hour * HOUR_MS, flights(250, hour));
  await endpoints.predict(ENDPOINT, [{ distance: 'far' }]).catch(() => {});
  await serveAt(context, watched, MONDAY + 18 * HOUR_MS, flights(250, 18));
  context.clock.time = MONDAY + DAY_MS + 599_999;
  assert.deepEqual(shown(await monitor.closeWindows()), [
    'hour 0 250',
    'hour 6 250',
    'hour 12 250',
    'hour 18 250',
  ]);
  context.clock.time += 1;
  const [day, ...others] = await monitor.closeWindows();
  assert.deepEqual(others, []);
  assert.deepEqual(shown([day]), ['day 0 1000']);
  assert.deepEqual([day.end, day.failures, day.enough], [MONDAY + DAY_MS, { RECORD_INVALID: 1 }, true]);
  assert.equal(day.columns.length, 6);
  assert.ok(day.columns.every(({ drifted, n }) => !drifted && n === 1_000));
  assert.ok(day.score && !day.score.drifted);
  assert.deepEqual([day.estimated[0].metric, day.realised, day.maturity], ['log-loss', [], null]);
  await watched.close();

  const again = createMonitor(context, { config: MonitoringConfig.parse({}) });
  assert.deepEqual(await again.closeWindows(), []);
  assert.deepEqual(await readReports(context, { endpoint: ENDPOINT, width: 'day' }), [day]);
});

test('a unit change, a category that is new and a column that is gone are seen in the hour they happen', async () => {
  await using store = testContext();
  const context = withClock(store);
  const watched = await watchEndpoint(context);
  const broken = flights(600).map((flight) => ({
    ...flight,
    distance: Math.min(5_000, Number(flight.distance) * 1.609),
    origin: flight.origin === 'ORD' ? 'XXX' : flight.origin,
    stops: null,
    refundable: true,
  }));
  await serveAt(context, watched, MONDAY, broken);
  const [{ columns }] = await watched.monitor.closeWindows(MONDAY + 2 * HOUR_MS);
  const column = (name: string) => {
    const found = columns.find((each) => each.column === name);
    assert.ok(found, name);
    return found;
  };
  assert.ok(column('distance').drifted);
  assert.ok(Math.abs((column('distance').meanRatio ?? 0) - 1.6) < 0.1);
  assert.ok(Math.abs((column('distance').spreadRatio ?? 0) - 1.6) < 0.2);
  assert.ok(column('origin').unseen > 0.4);
  assert.deepEqual(column('origin').unseenNames, ['XXX']);
  assert.deepEqual([column('stops').missing, column('stops').constant], [1, false]);
  assert.ok(column('refundable').constant);
  assert.ok(!column('destination').drifted);
  await watched.close();
});

test('traffic too thin for a day is tested by the week, and below 200 not at all', async () => {
  await using store = testContext();
  const context = withClock(store);
  const watched = await watchEndpoint(context);
  for (let day = 0; day < 7; day++) await serveAt(context, watched, MONDAY + day * DAY_MS, flights(80, day));
  await serveAt(context, watched, MONDAY + 8 * DAY_MS, flights(150, 'next'));
  const reports = await watched.monitor.closeWindows(MONDAY + 15 * DAY_MS);
  const weeks = reports.filter(({ width }) => width !== 'hour');
  assert.deepEqual(shown(weeks), ['week 0 560', 'week 168 150']);
  assert.deepEqual(
    weeks.map(({ enough, columns }) => [enough, columns.length]),
    [
      [true, 6],
      [false, 0],
    ],
  );
  await watched.close();
});

test('a week is reported for the days that are too thin, not where each day was reported', async () => {
  await using store = testContext();
  const context = withClock(store);
  const watched = await watchEndpoint(context);
  await serveAt(context, watched, MONDAY, flights(500));
  await serveAt(context, watched, MONDAY + 7 * DAY_MS, flights(500));
  await serveAt(context, watched, MONDAY + 8 * DAY_MS, flights(499));
  const reports = await watched.monitor.closeWindows(MONDAY + 15 * DAY_MS);
  assert.deepEqual(shown(reports.filter(({ width }) => width !== 'hour')), [
    'day 0 500',
    'day 168 500',
    'week 168 999',
  ]);
  await watched.close();
});

test('what comes late is in the period, not in the report that was given', async () => {
  await using store = testContext();
  const context = withClock(store);
  const watched = await watchEndpoint(context);
  await serveAt(context, watched, MONDAY, flights(600));
  const closed = await watched.monitor.closeWindows(MONDAY + DAY_MS + HOUR_MS);
  await serveAt(context, watched, MONDAY + 60_000, flights(30));
  assert.deepEqual(await watched.monitor.closeWindows(MONDAY + DAY_MS + 2 * HOUR_MS), []);
  const period = await readPeriod(context, { endpoint: ENDPOINT, from: MONDAY, to: MONDAY + DAY_MS });
  assert.equal(period.predictions, 630);
  assert.deepEqual(await readReports(context, { endpoint: ENDPOINT, kind: 'closed', width: 'day' }), [
    closed[1],
  ]);
  await watched.close();
});

test('a clock that jumps far ahead and back closes early, and what follows is reported as ever', async () => {
  await using store = testContext();
  const context = withClock(store);
  const watched = await watchEndpoint(context, { monitoring: { retentionDays: 36_500 } });
  await serveAt(context, watched, MONDAY, flights(600));
  await serveAt(context, watched, MONDAY + 3_650 * DAY_MS, flights(10));
  assert.deepEqual(shown(await watched.monitor.closeWindows()), ['hour 0 600', 'day 0 600']);
  await serveAt(context, watched, MONDAY + DAY_MS, flights(600, 2));
  assert.deepEqual(shown(await watched.monitor.closeWindows(MONDAY + 2 * DAY_MS + HOUR_MS)), [
    'hour 24 600',
    'day 24 600',
  ]);
  await watched.close();
});

test('predictions from before the retention are counted as too old, and old windows go', async () => {
  await using store = testContext();
  const context = withClock(store);
  const watched = await watchEndpoint(context, { monitoring: { retentionDays: 30 } });
  const observer = watched.monitor.observer;
  assert.ok(observer);
  await serveAt(context, watched, MONDAY, flights(600));
  await watched.monitor.closeWindows(MONDAY + 2 * DAY_MS);
  context.clock.time = MONDAY + 20 * DAY_MS;
  await watched.endpoints.predict(ENDPOINT, flights(7));
  context.clock.time = MONDAY + 60 * DAY_MS;
  await watched.endpoints.flush();
  assert.equal(observer.tooOld(), 7);
  await serveAt(context, watched, MONDAY + 60 * DAY_MS, flights(5));
  await watched.monitor.closeWindows();
  assert.equal(await storedPredictions(context), 5);
  await watched.monitor.closeWindows(MONDAY + 36_500 * DAY_MS);
  assert.equal(await storedPredictions(context), 5);
  assert.deepEqual(await readReports(context, { endpoint: ENDPOINT, to: MONDAY + 60 * DAY_MS }), []);
  await watched.close();
});

test('a day in a zone that changed its clocks has 23 hours, and the hours of the night are its own', async () => {
  await using store = testContext();
  const spring = Date.UTC(2001, 2, 24, 23);
  const context = withClock(store, spring);
  const watched = await watchEndpoint(context, { monitoring: { timeZone: 'Europe/Berlin' } });
  for (let hour = 0; hour < 23; hour++)
    await serveAt(context, watched, spring + hour * HOUR_MS, flights(30, hour));
  await serveAt(context, watched, spring + 23 * HOUR_MS, flights(30, 'next day'));
  const [day] = (await watched.monitor.closeWindows(spring + DAY_MS)).filter(({ width }) => width === 'day');
  assert.deepEqual([day.start, day.end - day.start, day.predictions], [spring, 23 * HOUR_MS, 690]);
  await watched.close();
});

test('a bundle that is gone stops nothing: its traffic is counted', async () => {
  await using store = testContext();
  const context = withClock(store);
  const watched = await watchEndpoint(context);
  rmSync(join(context.store.folder, 'bundles'), { recursive: true });
  await serveAt(context, watched, MONDAY, flights(300));
  const [hour] = await watched.monitor.closeWindows(MONDAY + 2 * HOUR_MS);
  assert.deepEqual([hour.predictions, hour.columns, hour.score], [300, [], null]);
  await watched.close();
});

test('a version without a profile is watched by its traffic and scores', async () => {
  await using store = testContext();
  const context = withClock(store);
  const watched = await watchEndpoint(context);
  await watched.endpoints.deploy(ENDPOINT, await writeRelease(context, flightModel(1)));
  await serveAt(context, watched, MONDAY, flights(600));
  const [hour, day] = await watched.monitor.closeWindows(MONDAY + 2 * DAY_MS);
  assert.deepEqual(
    [hour.version, day.columns, day.score, day.estimated, day.enough],
    [2, [], null, [], true],
  );
  assert.ok(day.latency);
  const period = await readPeriod(context, { endpoint: ENDPOINT, from: MONDAY, to: MONDAY + DAY_MS });
  assert.deepEqual([period.columns, period.predictions], [[], 600]);
  await watched.close();
});

test('a reference with constant, tied and missing columns gives no drift, and no figure that is not a number', async () => {
  await using store = testContext();
  const context = withClock(store);
  const same = (flight: Flights[number]) => ({
    ...flight,
    distance: 700,
    stops: null,
    refundable: null,
    origin: 'ORD',
  });
  const watched = await watchEndpoint(context, { records: flights(2_000, 'reference').map(same) });
  await serveAt(context, watched, MONDAY, flights(600).map(same));
  await serveAt(context, watched, MONDAY + DAY_MS, flights(600));
  const reports = await watched.monitor.closeWindows(MONDAY + 3 * DAY_MS);
  const [like, unlike] = reports.filter(({ width }) => width === 'day');
  assert.ok(like.columns.every(({ drifted, constant }) => !drifted && !constant));
  assert.deepEqual(
    unlike.columns.filter(({ drifted }) => drifted).map(({ column }) => column),
    ['distance', 'origin', 'stops', 'refundable'],
  );
  const figures = (report: WindowReport) =>
    report.columns.flatMap(({ psi, effect, p, q, jensenShannon }) => [psi, effect, p, q, jensenShannon]);
  assert.ok([like, unlike].flatMap(figures).every(Number.isFinite));
  await watched.close();
});

test('where predictions are not kept they are watched all the same', async () => {
  await using store = testContext();
  const context = withClock(store);
  const watched = await watchEndpoint(context, { serving: { predictionLog: { enabled: false } } });
  await serveAt(context, watched, MONDAY, flights(700));
  assert.equal(await storedPredictions(context), 700);
  await watched.close();
});

test('windows count what is on disk: a write that failed counts nothing, tried again it counts once', async () => {
  await using store = testContext();
  const context = withClock(store);
  const watched = await watchEndpoint(context);
  const { sql } = context.store.database;
  await sql.schema.alterTable('prediction').renameTo('prediction_hidden').execute();
  await serveAt(context, watched, MONDAY, flights(600));
  await watched.endpoints.predict(ENDPOINT, [{}]).catch(() => {});
  await watched.endpoints.flush();
  assert.equal(await storedPredictions(context), 0);
  await sql.schema.alterTable('prediction_hidden').renameTo('prediction').execute();
  await watched.endpoints.flush();
  const traceId = 'a'.repeat(32);
  for (let times = 0; times < 3; times++) await watched.endpoints.predict(ENDPOINT, flights(4), { traceId });
  await watched.endpoints.flush();
  assert.equal(await storedPredictions(context), 604);
  const [{ failures }] = await watched.monitor.closeWindows(MONDAY + 2 * HOUR_MS);
  assert.deepEqual(failures, { RECORD_INVALID: 1 });
  await watched.close();
});

test('replicas with connections of their own that take turns in a window add up, and one of them reports it', async () => {
  await using store = testContext();
  const context = withClock(store);
  const database = store.openDatabaseAgain();
  const other = withClock({ ...store, store: { ...store.store, database } });
  const watched = await watchEndpoint(context);
  const replica = await watchEndpoint(other);
  for (let round = 0; round < 5; round++) {
    await serveAt(context, watched, MONDAY + round, flights(10, round));
    await serveAt(other, replica, MONDAY + round, flights(20, round));
  }
  assert.equal(await storedPredictions(context), 150);
  const reports = await replica.monitor.closeWindows(MONDAY + 2 * HOUR_MS);
  assert.deepEqual(shown(reports), ['hour 0 150']);
  assert.deepEqual(await watched.monitor.closeWindows(MONDAY + 2 * HOUR_MS), []);
  await watched.close();
  await replica.close();
  await database.close();
});

test('a report and what follows from it are one: where the policy fails neither is there, and then both once', async () => {
  await using store = testContext();
  const context = withClock(store);
  const watched = await watchEndpoint(context);
  await serveAt(context, watched, MONDAY, flights(600));
  const { sql } = context.store.database;
  await sql.schema.alterTable('signal').renameTo('signal_hidden').execute();
  await assert.rejects(watched.monitor.closeWindows(MONDAY + 2 * DAY_MS));
  assert.deepEqual(await readReports(context, { endpoint: ENDPOINT }), []);
  await sql.schema.alterTable('signal_hidden').renameTo('signal').execute();
  const told: string[] = [];
  context.events.on('window.closed', ({ kind, start }) => told.push(`${kind} ${start - MONDAY}`));
  assert.deepEqual(shown(await watched.monitor.closeWindows(MONDAY + 2 * DAY_MS)), [
    'hour 0 600',
    'day 0 600',
  ]);
  assert.deepEqual(told, ['closed 0', 'closed 0']);
  await watched.close();
});
