import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContext } from '../../../test/test-context.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { verifyAudit } from '../../store/audit.ts';
import { applyPolicy } from '../policy/apply-policy.ts';
import type { Alert, WindowReport } from '../schema.ts';
import { DAY_MS, ENDPOINT, flights, MONDAY, watchEndpoint, withClock } from '../testing/watched-endpoint.ts';
import { DAY, drifted, matured, metric, monitoringConfig, report, START } from '../testing/window-reports.ts';
import { acknowledgeAlert } from './acknowledge-alert.ts';
import { addMaintenance } from './add-maintenance.ts';
import { getAlert } from './get-alert.ts';
import { listAlerts } from './list-alerts.ts';

const config = monitoringConfig({ performance: [{ metric: 'roc-auc', value: 0.6 }], coolDownHours: 0 });
const bad = (day: number, value = 0.5) => matured(day, { realised: [metric('roc-auc', value)] });

function watcher() {
  const store = testContext();
  const context = withClock(store, START);
  return {
    context,
    async judge(...reports: WindowReport[]) {
      for (const each of reports) {
        context.clock.time = Math.max(context.clock.time, each.end);
        await context.store.database.write((sql) => applyPolicy(context, sql, each, config));
      }
    },
    async told() {
      const rows = await context.store.database.sql
        .selectFrom('notification')
        .select('payload_json')
        .execute();
      return rows.map(({ payload_json }) => JSON.parse(payload_json).type as string);
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

const isRefused = (code: string) => (error: unknown) => AirworthyError.is(error) && error.code === code;

test('alerts are listed newest first, page by page, and by what they are', async () => {
  await using watch = watcher();
  for (const version of [1, 2, 3, 4, 5]) await watch.judge({ ...bad(version), version });
  const first = await listAlerts(watch.context, { limit: 2 });
  const second = await listAlerts(watch.context, { limit: 2, after: first.next ?? '' });
  const last = await listAlerts(watch.context, { limit: 2, after: second.next ?? '' });
  const versions = [first, second, last].map(({ alerts }) => alerts.map(({ version }) => version));
  assert.deepEqual(versions, [[5, 4], [3, 2], [1]]);
  assert.equal(last.next, undefined);
  assert.equal((await listAlerts(watch.context, { tier: 'digest' })).alerts.length, 0);
  assert.equal((await listAlerts(watch.context, { state: 'open', endpoint: 'flights' })).alerts.length, 5);
  await assert.rejects(listAlerts(watch.context, { after: 'x' }), isRefused('BAD_ARGUMENT'));
  await assert.rejects(getAlert(watch.context, 'x'), isRefused('ALERT_NOT_FOUND'));
});

test('what was seen is told again only twice as bad, and says so on record', async () => {
  await using watch = watcher();
  await watch.judge(bad(0));
  const changed: string[] = [];
  watch.context.events.on('alert.changed', ({ state }) => changed.push(state));
  const [{ id }] = (await listAlerts(watch.context)).alerts;
  const seen = await acknowledgeAlert(watch.context, {
    id,
    action: 'seen',
    reason: 'the feed is being mended',
  });
  await acknowledgeAlert(watch.context, { id, action: 'seen', reason: 'again' });
  assert.deepEqual([seen.state, changed[0]], ['acknowledged', 'acknowledged']);
  await watch.judge(bad(1, 0.45));
  assert.deepEqual(await watch.told(), ['alert.opened']);
  assert.equal((await getAlert(watch.context, id)).state, 'acknowledged');
  await watch.judge(bad(2, 0.38));
  assert.deepEqual((await watch.told()).toSorted(), ['alert.opened', 'alert.worsened']);
  assert.equal((await getAlert(watch.context, id)).state, 'open');
  const audit = await verifyAudit(watch.context);
  assert.deepEqual([audit.ok, audit.entries], [true, 1]);
});

test('in a maintenance nobody is told, alerts are marked, and what lasts is told after it', async () => {
  await using watch = watcher();
  const maintenance = { endpoint: 'flights', startsAt: START, endsAt: START + 1.5 * DAY, reason: 'new feed' };
  const added = await addMaintenance(watch.context, maintenance);
  assert.deepEqual(await addMaintenance(watch.context, maintenance), added);
  await watch.judge(bad(0), bad(1));
  const [muted] = (await listAlerts(watch.context)).alerts;
  assert.equal(muted.evidence.details.muted, 'new feed');
  assert.deepEqual(await watch.told(), []);
  await watch.judge(bad(2));
  assert.deepEqual(await watch.told(), ['alert.opened']);
  assert.equal((await getAlert(watch.context, muted.id)).evidence.details.muted, null);
  const backwards = { ...maintenance, endsAt: START - 1 };
  await assert.rejects(addMaintenance(watch.context, backwards), isRefused('BAD_ARGUMENT'));
});

test('what began and ended in a maintenance was never told', async () => {
  await using watch = watcher();
  const maintenance = { endpoint: 'flights', startsAt: START, endsAt: START + 30 * DAY, reason: 'new feed' };
  await addMaintenance(watch.context, maintenance);
  await watch.judge(bad(0), bad(1, 0.7), bad(2, 0.7));
  const [{ state }] = (await listAlerts(watch.context)).alerts;
  assert.deepEqual([state, await watch.told()], ['resolved', []]);
});

test('only what compares with the reference can become it', async () => {
  await using watch = watcher();
  await watch.judge(bad(0));
  const [{ id }] = (await listAlerts(watch.context)).alerts;
  const accept = { id, action: 'accept-reference' as const, reason: 'so be it' };
  await assert.rejects(acknowledgeAlert(watch.context, accept), isRefused('ALERT_NOT_ACCEPTABLE'));
  await assert.rejects(
    acknowledgeAlert(watch.context, { ...accept, reason: ' ' }),
    isRefused('BAD_ARGUMENT'),
  );
  await watch.judge(bad(1, 0.7), bad(2, 0.7));
  await assert.rejects(
    acknowledgeAlert(watch.context, { ...accept, action: 'seen' }),
    isRefused('ALERT_NOT_ACCEPTABLE'),
  );
  assert.equal(report(0).kind, 'closed');
  assert.equal(drifted(1).drifted, true);
});

/** Days of traffic at a real endpoint, each closed before the next; tells the alerts after each. */
async function serveDays(change: (flight: Record<string, unknown>) => Record<string, unknown>) {
  const store = testContext();
  const context = withClock(store);
  const { endpoints, monitor, close } = await watchEndpoint(context, { monitoring: { coolDownHours: 0 } });
  let day = 0;
  return {
    context,
    async serve(): Promise<Alert[]> {
      context.clock.time = MONDAY + day * DAY_MS;
      await endpoints.predict(ENDPOINT, flights(1_000, day).map(change));
      await endpoints.flush();
      day += 1;
      context.clock.time = MONDAY + day * DAY_MS + 600_000;
      await monitor.closeWindows();
      return (await listAlerts(context)).alerts;
    },
    async [Symbol.asyncDispose]() {
      await close();
      await store[Symbol.asyncDispose]();
    },
  };
}

test('a drift that is accepted is what later windows are compared with, and is audited', async () => {
  await using days = await serveDays((flight) => ({ ...flight, origin: 'LAX' }));
  await days.serve();
  const [alert] = (await days.serve()).filter(({ kind }) => kind === 'broken-column');
  assert.deepEqual([alert.tier, alert.evidence.columns], ['page', ['origin']]);
  const drift = (await listAlerts(days.context, { tier: 'digest' })).alerts[0];
  for (const { id } of [alert, drift]) {
    const accepted = await acknowledgeAlert(days.context, {
      id,
      action: 'accept-reference',
      reason: 'one airport left',
    });
    assert.equal(accepted.state, 'resolved');
  }
  await days.serve();
  const after = await days.serve();
  assert.deepEqual(
    after.filter(({ state }) => state !== 'resolved'),
    [],
  );
  const rows = await days.context.store.database.sql
    .selectFrom('accepted_reference')
    .select(['number', 'reason'])
    .execute();
  assert.deepEqual(
    rows.map(({ number }) => number),
    [1, 2],
  );
  assert.equal((await verifyAudit(days.context)).ok, true);
});

test('kilometres for miles at a real endpoint page, miles go on without an alert', async () => {
  await using miles = await serveDays((flight) => flight);
  await miles.serve();
  assert.deepEqual(await miles.serve(), []);
  await using kilometres = await serveDays((flight) => ({
    ...flight,
    distance: Number(flight.distance) * 1.609344,
  }));
  const [alert] = await kilometres.serve();
  assert.deepEqual(
    [alert?.tier, alert?.kind, alert?.evidence.columns],
    ['page', 'broken-column', ['distance']],
  );
  assert.match(alert.title, /distance is 1\.6\d+ times what it was, as if its unit had changed/);
});
