import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContext } from '../../../test/test-context.ts';
import { listAlerts } from '../alerts/list-alerts.ts';
import type { WindowReport } from '../schema.ts';
import { emptySketch } from '../sketch/window-sketch.ts';
import { withClock } from '../testing/watched-endpoint.ts';
import { DAY, HOUR, matured, metric, monitoringConfig, report, START } from '../testing/window-reports.ts';
import { addToSketch } from '../windows/window-rows.ts';
import { applyPolicy } from './apply-policy.ts';
import { checkLiveness } from './check-liveness.ts';

const MINUTE = 60_000;
const config = monitoringConfig({
  performance: [{ metric: 'roc-auc', value: 0.6 }],
  timeZone: 'Europe/Berlin',
});
const stream = { endpoint: 'flights', model: 'flights', version: 1, arm: 'main' };

/** An endpoint that serves version 1. */
async function endpoint() {
  const store = testContext();
  const context = withClock(store, START);
  const deploy = (version: number) =>
    context.store.database.write(async (sql) => {
      await sql.updateTable('deployment').set({ ended_at: context.clock.time }).execute();
      const deployment = {
        ...stream,
        version,
        bundle: 'b',
        actor: 'a',
        reason: '',
        started_at: 0,
        ended_at: null,
      };
      await sql
        .insertInto('deployment')
        .values({ project: 'test', id: `d${version}`, ...deployment })
        .execute();
    });
  await deploy(1);
  return {
    context,
    deploy,
    count: (start: number, predictions: number, failures: Record<string, number> = {}) =>
      context.store.database.write((sql) =>
        addToSketch(
          context,
          sql,
          { ...stream, width: 'hour', start },
          { ...emptySketch(), predictions, failures },
        ),
      ),
    reported: (each: WindowReport) =>
      context.store.database.write((sql) =>
        sql
          .insertInto('window_report')
          .values({
            ...{ project: 'test', ...stream, kind: each.kind, width: each.width, start: each.start },
            ...{ ended_at: each.end, report_json: JSON.stringify(each), created_at: 0 },
          })
          .execute(),
      ),
    async check(now: number) {
      context.clock.time = now;
      await checkLiveness(context, config);
      return (await listAlerts(context)).alerts.map(({ kind, state }) => `${kind} ${state}`);
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

type Endpoint = Awaited<ReturnType<typeof endpoint>>;

/** Four weeks of reports of the same hour of the week before. */
async function withHistory({ reported }: Endpoint, hour: number, weeks: readonly number[], predictions = 50) {
  for (const week of weeks)
    await reported(report(0, { width: 'hour', start: hour - week * 7 * DAY, predictions, columns: [] }));
}

test('nothing comes in for an hour that always had something: that pages, and its end resolves', async () => {
  await using at = await endpoint();
  const hour = START + 30 * DAY + 9 * HOUR;
  await withHistory(at, hour, [4, 3, 2, 1]);
  assert.deepEqual(await at.check(hour + HOUR + 9 * MINUTE), [], 'late ones may still come');
  assert.deepEqual(await at.check(hour + HOUR + 10 * MINUTE), ['no-traffic open']);
  const [{ title, tier, version }] = (await listAlerts(at.context)).alerts;
  assert.match(title, /^nothing comes in: the hour from 2001-01-31 09:00:00 UTC had 50 records \(median\)/);
  assert.deepEqual([tier, version], ['page', 1]);
  for (const next of [1, 2]) await at.count(hour + next * HOUR, 40);
  await at.check(hour + 2 * HOUR + 10 * MINUTE);
  assert.deepEqual(await at.check(hour + 3 * HOUR + 10 * MINUTE), ['no-traffic resolved']);
});

test('an hour is not always busy that had nothing once, little, or is known from one week', async () => {
  const hour = START + 30 * DAY + 9 * HOUR;
  for (const [weeks, predictions] of [
    [[4, 2, 1], 50],
    [[1], 50],
    [[4, 3, 2, 1], 5],
    [[], 0],
  ] as const) {
    await using at = await endpoint();
    await withHistory(at, hour, weeks, predictions);
    assert.deepEqual(await at.check(hour + 1.5 * HOUR), []);
  }
});

test('the hour of the week is the wall clock’s, also where clocks were changed in between', async () => {
  await using at = await endpoint();
  // Nine in the morning in Berlin, before and after clocks go forward on 25 March 2001.
  const hour = Date.UTC(2001, 2, 26, 7);
  for (const week of [1, 2, 3, 4])
    await at.reported(report(0, { width: 'hour', start: hour + HOUR - week * 7 * DAY, predictions: 50 }));
  assert.deepEqual(await at.check(hour + 1.5 * HOUR), ['no-traffic open']);
});

test('serving that fails now pages within minutes, and resolves when it has mended', async () => {
  await using at = await endpoint();
  const hour = START + 9 * HOUR;
  await at.count(hour - HOUR, 1_000);
  await at.count(hour, 300);
  assert.deepEqual(await at.check(hour + 20 * MINUTE), []);
  const alerts: string[][] = [];
  for (let minute = 21; minute <= 30; minute++) {
    await at.count(hour, 0, { ENDPOINT_NOT_READY: 15 });
    alerts.push(await at.check(hour + minute * MINUTE));
  }
  assert.deepEqual(alerts.at(-1), ['unavailable open']);
  for (let minute = 31; minute <= 45; minute++) {
    await at.count(hour, 15);
    alerts.push(await at.check(hour + minute * MINUTE));
  }
  assert.deepEqual(alerts.at(-1), ['unavailable resolved']);
  await at.check(hour + 3 * HOUR);
  const states = await at.context.store.database.sql.selectFrom('signal').select('name').execute();
  assert.deepEqual(states, []);
});

test('what is open about a version that was replaced is resolved', async () => {
  await using at = await endpoint();
  const bad = matured(0, { realised: [metric('roc-auc', 0.5)] });
  at.context.clock.time = bad.end;
  await at.context.store.database.write((sql) => applyPolicy(at.context, sql, bad, config));
  assert.deepEqual(await at.check(START + DAY + HOUR), ['performance open']);
  await at.deploy(2);
  assert.deepEqual(await at.check(START + DAY + 2 * HOUR), ['performance resolved']);
  const [{ evidence }] = (await listAlerts(at.context)).alerts;
  assert.equal(evidence.details.resolution, 'another version serves now');
});
