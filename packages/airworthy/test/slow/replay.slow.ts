import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openApp } from '../../src/app.ts';
import type { ReplayReport } from '../../src/lifecycle/replay/schema.ts';
import { createRandom } from '../../src/stats/random.ts';
import { ROWS, TRAFFIC_PLAN, writeTraffic } from '../e2e/parcel-traffic.ts';
import { spawnCli } from '../e2e/spawn-cli.ts';
import { createTinyProject } from '../e2e/tiny-project.ts';

const ROUNDS = 12;
const withoutFolder = ({ rehearsal: _, ...report }: ReplayReport) => report;

test('killed with -9 again and again, a replay goes on and reports what an undisturbed one does', async () => {
  using project = createTinyProject({ rows: 600 });
  writeTraffic(project);
  const app = await openApp({ folder: project.folder });
  await app.ship();
  const plan = { ...TRAFFIC_PLAN, decideEveryDays: 1 };
  const undisturbed = await app.replay(plan, { name: 'undisturbed' });
  await app.close();

  const line = [
    ...['replay', 'traffic.csv', '--time', 'sent', '--label-delay', TRAFFIC_PLAN.labelDelay],
    ...['--improve', '1', '--name', 'killed', '--json'],
  ];
  const random = createRandom('kill');
  for (let round = 0; round < ROUNDS; round++) {
    const { child, ended } = spawnCli(line, project.folder);
    setTimeout(() => child.kill('SIGKILL'), 300 + random.integer(1_500));
    await ended;
  }
  const { output, ended } = spawnCli(line, project.folder);
  assert.equal(await ended, 0, output.err);
  const report = JSON.parse(output.out) as ReplayReport;
  assert.deepEqual(withoutFolder(report), withoutFolder(undisturbed));
  assert.equal(report.predictions, ROWS);

  await using rehearsal = await openApp({ folder: project.folder, dataFolder: report.rehearsal });
  const { sql } = rehearsal.context.store.database;
  for (const table of ['prediction', 'outcome'] as const) {
    const row = await sql
      .selectFrom(table)
      .select((select) => select.fn.countAll<number>().as('rows'))
      .executeTakeFirstOrThrow();
    assert.equal(Number(row.rows), ROWS, table);
  }
});
