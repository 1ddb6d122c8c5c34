import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openApp } from '../../src/app.ts';
import { createVirtualClock } from '../../src/kernel/clock.ts';
import { createLogger } from '../../src/kernel/logger.ts';
import { listAlerts, readPeriod, readReports } from '../../src/monitoring/index.ts';
import { createRandom } from '../../src/stats/random.ts';
import { createTinyProject } from './tiny-project.ts';

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 5, 1);
const ENDPOINT = 'parcels';

/** Parcels as the project's own; `weigh` makes of them what a fault would. */
function parcelsOf(day: number, weigh: (weight: number) => number | null) {
  const random = createRandom(`day ${day}`);
  return Array.from({ length: 600 }, () => ({
    weight: weigh(Math.round(random.next() * 300) / 10),
    distance: Math.round(random.next() * 1_000),
    carrier: ['road', 'rail', 'boat'][random.integer(3)],
  }));
}

test('a shipped project is watched: clean days are quiet, a unit that changed pages, and a restart says nothing twice', async () => {
  using project = createTinyProject({ trials: 1 });
  const clock = createVirtualClock(START);
  const options = { ...project, clock, log: createLogger('silent') };
  {
    await using app = await openApp(options);
    await app.ship();
    const endpoints = await app.endpoints();
    for (let day = 0; day < 3; day++) {
      clock.moveTo(START + day * DAY_MS);
      const pounds = (weight: number) => Math.round(weight * 22.046) / 10;
      await endpoints.predict(ENDPOINT, parcelsOf(day, day < 2 ? (weight) => weight : pounds));
      clock.moveTo(START + (day + 1) * DAY_MS + 600_000);
      const days = (await app.watch()).filter(({ width }) => width === 'day');
      assert.deepEqual(
        days.map(({ start, predictions }) => [start, predictions]),
        [[START + day * DAY_MS, 600]],
      );
      const drifted = days[0].columns.filter((column) => column.drifted).map(({ column }) => column);
      assert.deepEqual(drifted, day < 2 ? [] : ['weight']);
      assert.ok(days[0].estimated.some(({ metric, value }) => metric === 'roc-auc' && value !== null));
      const { alerts } = await listAlerts(app.context, { endpoint: ENDPOINT });
      assert.deepEqual(
        alerts.map(({ kind, tier }) => `${tier} ${kind}`),
        day < 2 ? [] : ['page broken-column'],
      );
    }
  }
  await using again = await openApp(options);
  await again.endpoints();
  assert.deepEqual(await again.watch(), []);
  const reports = await readReports(again.context, { endpoint: ENDPOINT, width: 'day' });
  assert.equal(reports.length, 3);
  const period = await readPeriod(again.context, { endpoint: ENDPOINT, from: START, to: START + 3 * DAY_MS });
  assert.deepEqual([period.predictions, period.columns.length], [1_800, 3]);
});
