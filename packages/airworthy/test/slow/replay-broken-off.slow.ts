import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openApp } from '../../src/app.ts';
import type { ReplayReport } from '../../src/lifecycle/replay/schema.ts';
import { readReports } from '../../src/monitoring/index.ts';
import { BEGIN, TRAFFIC_PLAN, writeTraffic } from '../e2e/parcel-traffic.ts';
import { createTinyProject } from '../e2e/tiny-project.ts';

const HOUR = 3_600_000;
const withoutFolder = ({ rehearsal: _, ...report }: ReplayReport) => report;

test('broken off within an hour, a replay counts what it sends again once, what is refused too', async () => {
  using project = createTinyProject({ trials: 1 });
  writeTraffic(project);
  await using app = await openApp({ folder: project.folder });
  await app.ship();
  const [first, bad, worse] = [0.5, 9, 9.5].map((hour) => BEGIN + hour * HOUR);
  const inject = [`missing:carrier@${new Date(bad).toISOString()}..${new Date(worse).toISOString()}`];
  const plan = { ...TRAFFIC_PLAN, to: BEGIN + 12 * HOUR, inject };
  const undisturbed = await app.replay(plan, { name: 'undisturbed' });
  // In the first hour, and when all that is refused in another was.
  for (const moment of [first, worse]) {
    const stop = ({ time }: { time: number }) => {
      if (time >= moment) throw new Error('stopped');
    };
    await assert.rejects(app.replay(plan, { name: 'stopped', onPrediction: stop }), /stopped/);
  }
  const stopped = await app.replay(plan, { name: 'stopped' });
  assert.deepEqual(withoutFolder(stopped), withoutFolder(undisturbed));

  const hours = async (dataFolder: string) => {
    await using rehearsal = await openApp({ folder: project.folder, dataFolder });
    const reports = await readReports(rehearsal.context, { endpoint: 'parcels', width: 'hour' });
    return reports.map(({ start, predictions, failures }) => ({ start, predictions, failures }));
  };
  assert.deepEqual(await hours(stopped.rehearsal), await hours(undisturbed.rehearsal));
});
