import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContext } from '../../../test/test-context.ts';
import { listAlerts } from '../alerts/list-alerts.ts';
import type { MonitoringConfig, WindowReport } from '../schema.ts';
import {
  column,
  DAY,
  drifted,
  HOUR,
  matured,
  metric,
  monitoringConfig,
  report,
  START,
} from '../testing/window-reports.ts';
import { applyPolicy } from './apply-policy.ts';

const GATED = { performance: [{ metric: 'roc-auc', value: 0.6 }] };

/** A store in which reports are judged as they come, each at the end of its window. */
function watcher(input: Parameters<typeof monitoringConfig>[0] = GATED) {
  const config: MonitoringConfig = monitoringConfig(input);
  let now = START;
  const store = testContext();
  const context = { ...store, clock: { now: () => now } };
  return {
    context,
    config,
    async judge(...reports: WindowReport[]): Promise<string[]> {
      const told: string[] = [];
      for (const each of reports) {
        now = Math.max(now, each.end);
        const changed = await context.store.database.write((sql) => applyPolicy(context, sql, each, config));
        for (const { id, state } of changed) {
          const { alerts } = await listAlerts(context);
          const alert = alerts.find((one) => one.id === id);
          told.push(`${alert?.tier} ${alert?.kind} ${state}`);
        }
      }
      return told;
    },
    async alerts() {
      return (await listAlerts(context)).alerts;
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

test('quiet windows leave no alert and no signal', async () => {
  await using watch = watcher();
  const told = await watch.judge(
    ...[0, 1, 2].map((day) => report(day)),
    matured(0, { realised: [metric('roc-auc', 0.7)] }),
  );
  assert.deepEqual(told, []);
  const signals = await watch.context.store.database.sql.selectFrom('signal').selectAll().execute();
  assert.deepEqual(signals, []);
});

test('distance in kilometres from one day on pages in the first window that has it', async () => {
  await using watch = watcher();
  const kilometres = drifted(0.42, { meanRatio: 1.63, spreadRatio: 1.6 });
  assert.deepEqual(await watch.judge(report(0), report(1, { columns: [kilometres] })), [
    'page broken-column open',
  ]);
  const [alert] = await watch.alerts();
  assert.match(
    alert.title,
    /^distance is 1.63 times what it was, as if its unit had changed \(n 1,500\); since 2001-01-02/,
  );
  assert.deepEqual(alert.evidence.columns, ['distance']);
});

test('a drift of any size that is no change of unit never pages', async () => {
  await using watch = watcher();
  const moved = drifted(0.9, { meanRatio: 1.3, spreadRatio: 1 });
  const told = await watch.judge(...[0, 1, 2, 3].map((day) => report(day, { columns: [moved] })));
  assert.equal(told[0], 'digest input-drift open');
  assert.ok(told.every((line) => line.startsWith('digest')));
});

test('one airport’s code changed comes with the digest, named, after two windows', async () => {
  await using watch = watcher();
  const recoded = drifted(0.55, {
    column: 'origin',
    unseen: 0.05,
    unseenNames: ['XXX'],
    meanRatio: null,
    spreadRatio: null,
  });
  assert.deepEqual(await watch.judge(report(0, { columns: [recoded] })), []);
  const told = await watch.judge(report(1, { columns: [recoded] }));
  assert.deepEqual(told.sort(), ['digest input-drift open', 'digest new-categories open']);
  const alerts = await watch.alerts();
  assert.match(
    alerts.find(({ kind }) => kind === 'new-categories')?.title ?? '',
    /values \("XXX"\).* in 5 % of 1,500 rows/,
  );
});

test('a column gone missing pages, whether the signature allows it or refuses the records', async () => {
  await using watch = watcher();
  const gone = drifted(12, { missing: 1, meanRatio: null, spreadRatio: null });
  assert.deepEqual(await watch.judge(report(0, { columns: [gone] })), ['page broken-column open']);
  const refused = report(1, {
    width: 'hour',
    predictions: 0,
    failures: { RECORD_INVALID: 60 },
    enough: false,
    columns: [],
    latency: null,
  });
  assert.deepEqual(await watch.judge(refused), ['page invalid-requests open']);
  const { title } = (await watch.alerts())[0];
  assert.match(title, /^100 % of 60 records do not fit the model’s signature; 1 % is allowed/);
});

test('labels flipped for a week: realised performance pages once matured, and the estimate disagrees', async () => {
  await using watch = watcher();
  const flipped = (day: number) =>
    matured(day, { realised: [metric('roc-auc', 0.31)], estimated: [metric('roc-auc', 0.7)] });
  assert.deepEqual(await watch.judge(flipped(0)), ['page performance open']);
  assert.deepEqual((await watch.judge(flipped(1))).toSorted(), [
    'page performance open',
    'ticket estimate-disagrees open',
  ]);
  const fine = (day: number) =>
    matured(day, { realised: [metric('roc-auc', 0.7)], estimated: [metric('roc-auc', 0.7)] });
  await watch.judge(...[2, 3, 4, 5, 6].map(flipped));
  assert.deepEqual(await watch.judge(fine(7)), []);
  assert.deepEqual((await watch.judge(fine(8))).toSorted(), [
    'page performance resolved',
    'ticket estimate-disagrees resolved',
  ]);
});

test('estimates, scores and calibration make tickets after two windows', async () => {
  await using watch = watcher();
  const bad = (day: number) =>
    report(day, { estimated: [metric('roc-auc', 0.55)], score: drifted(0.3, { column: 'score' }) });
  assert.deepEqual(await watch.judge(bad(0)), []);
  assert.deepEqual((await watch.judge(bad(1))).toSorted(), [
    'ticket estimated-performance open',
    'ticket score-drift open',
  ]);
});

test('an interval that reaches the gate does not page', async () => {
  await using watch = watcher();
  assert.deepEqual(await watch.judge(matured(0, { realised: [metric('roc-auc', 0.59, 0.02)] })), []);
  assert.deepEqual(await watch.judge(matured(1, { realised: [metric('roc-auc', 0.4)], labels: 20 })), []);
});

test('columns that move together are one alert with all of them, worst first, seen since the first', async () => {
  await using watch = watcher();
  const moved = (...effects: number[]) =>
    effects.map((effect, index) => drifted(effect, { column: `c${index}`, meanRatio: null }));
  await watch.judge(report(0, { columns: moved(0.2, 0) }), report(1, { columns: moved(0.2, 0.3) }));
  await watch.judge(report(2, { columns: moved(0.2, 0.3) }));
  const alerts = await watch.alerts();
  assert.equal(alerts.length, 1);
  assert.deepEqual(alerts[0].evidence.columns, ['c1', 'c0']);
  assert.match(
    alerts[0].title,
    /^c1 moved by PSI\* 0.3 \(n 1,500, q 1.0e-11\), and 1 other with it; since 2001-01-01/,
  );
});

test('two clean windows resolve, well below the threshold; between keeps it open', async () => {
  await using watch = watcher();
  const at = (day: number, effect: number) =>
    report(day, { columns: [drifted(effect, { meanRatio: null })] });
  await watch.judge(at(0, 0.3), at(1, 0.3));
  assert.deepEqual(await watch.judge(at(2, 0.09), at(3, 0.09), at(4, 0.09), at(5, 0.01)), []);
  assert.deepEqual(await watch.judge(at(6, 0.01)), ['digest input-drift resolved']);
  assert.deepEqual(
    (await watch.alerts()).map(({ state }) => state),
    ['resolved'],
  );
});

test('while it cools down it opens again only twice as bad, as the same alert; another column at once', async () => {
  await using watch = watcher({ ...GATED, coolDownHours: 24 * 10 });
  const at = (day: number, effect: number, name = 'distance') =>
    report(day, { columns: [drifted(effect, { column: name, meanRatio: null })] });
  await watch.judge(at(0, 0.3), at(1, 0.3), at(2, 0), at(3, 0));
  assert.deepEqual(await watch.judge(at(4, 0.4), at(5, 0.4)), []);
  assert.deepEqual(await watch.judge(at(6, 0.7)), ['digest input-drift open']);
  assert.equal((await watch.alerts()).length, 1);
  await watch.judge(at(7, 0), at(8, 0));
  assert.deepEqual(await watch.judge(at(9, 0.3, 'origin'), at(10, 0.3, 'origin')), [
    'digest input-drift open',
  ]);
  assert.equal((await watch.alerts()).length, 2);
});

test('what still lasts when it has cooled down is a new alert', async () => {
  await using watch = watcher({ ...GATED, coolDownHours: 48 });
  const at = (day: number, effect: number) =>
    report(day, { columns: [drifted(effect, { meanRatio: null })] });
  await watch.judge(at(0, 0.3), at(1, 0.3), at(2, 0), at(3, 0));
  assert.deepEqual(await watch.judge(at(4, 0.3), at(5, 0.3)), ['digest input-drift open']);
  assert.equal((await watch.alerts()).length, 2);
});

test('a report of a version that no longer serves opens nothing', async () => {
  await using watch = watcher();
  const deployment = {
    project: 'test',
    endpoint: 'flights',
    model: 'flights',
    bundle: 'b',
    arm: 'main',
    actor: 'a',
    reason: '',
  };
  await watch.context.store.database.write((sql) =>
    sql
      .insertInto('deployment')
      .values({ ...deployment, id: 'd', version: 2, started_at: 0, ended_at: null })
      .execute(),
  );
  const bad = (version: number) => matured(0, { version, realised: [metric('roc-auc', 0.4)] });
  assert.deepEqual(await watch.judge(bad(1)), []);
  assert.deepEqual(await watch.judge(bad(2)), ['page performance open']);
});

test('failures of the server page, refusals up to five times the usual do not', async () => {
  await using watch = watcher();
  const hour = (index: number, failures: Record<string, number>) =>
    report(0, { width: 'hour', start: START + index * HOUR, predictions: 1_000, failures });
  const usual = Array.from({ length: 30 }, (_, index) => hour(index, { RECORD_INVALID: 10 }));
  assert.deepEqual(await watch.judge(...usual), []);
  assert.deepEqual(await watch.judge(hour(30, { RECORD_INVALID: 40 })), []);
  assert.deepEqual(await watch.judge(hour(31, { RECORD_INVALID: 100 })), ['page invalid-requests open']);
  assert.deepEqual(await watch.judge(hour(32, { INTERNAL: 40 })), ['page unavailable open']);
});

test('refusals that begin in a quiet night do not become usual', async () => {
  await using watch = watcher();
  const hour = (index: number, records: number, refused: boolean) =>
    report(0, {
      ...{ width: 'hour', start: START + index * HOUR, enough: false, columns: [], score: null },
      ...(refused ? { predictions: 0, failures: { RECORD_INVALID: records } } : { predictions: records }),
    });
  await watch.judge(...Array.from({ length: 48 }, (_, index) => hour(index, 70, false)));
  const night = [48, 49, 50, 51, 52].map((index) => hour(index, 4, true));
  assert.deepEqual(await watch.judge(...night), []);
  assert.deepEqual(await watch.judge(hour(53, 22, true)), ['page invalid-requests open']);
});

test('a slow hour is a ticket when the next is slow too', async () => {
  await using watch = watcher();
  const hour = (index: number, p95: number) =>
    report(0, { width: 'hour', start: START + index * HOUR, latency: { p50: 1, p95, p99: 2 * p95 } });
  await watch.judge(...Array.from({ length: 30 }, (_, index) => hour(index, 3)));
  assert.deepEqual(await watch.judge(hour(30, 300)), []);
  assert.deepEqual(await watch.judge(hour(31, 300)), ['ticket slow open']);
});

test('windows in any order: one that is older than the last changes nothing', async () => {
  await using watch = watcher();
  const bad = (day: number) => report(day, { columns: [drifted(0.3, { meanRatio: null })] });
  assert.deepEqual(await watch.judge(bad(3), bad(1), bad(0)), []);
  assert.deepEqual(await watch.judge(bad(4)), ['digest input-drift open']);
});

test('an alert says what was measured against what, and when', async () => {
  await using watch = watcher();
  await watch.judge(matured(2, { realised: [metric('roc-auc', 0.5)] }));
  const [{ evidence, title, openedAt }] = await watch.alerts();
  assert.equal(
    title,
    'ROC-AUC is 0.5 [0.48, 0.52], below the gate of 0.6 (n 1,500); since 2001-01-03 00:00:00 UTC',
  );
  assert.deepEqual([evidence.effect, evidence.threshold, evidence.n], [0.5, 0.6, 1_500]);
  assert.deepEqual(evidence.windows, [{ width: 'day', start: START + 2 * DAY, end: START + 3 * DAY }]);
  assert.equal(openedAt, START + 3 * DAY);
  assert.equal(column().drifted, false);
});
