import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type App, openApp } from '../../src/app.ts';
import type { ReplayPlanInput, ReplayReport } from '../../src/lifecycle/replay/schema.ts';
import { readVirtualTime } from '../../src/store/rehearsal-folder.ts';
import { BEGIN, DAYS, ROWS, TRAFFIC_PLAN, writeTraffic } from '../e2e/parcel-traffic.ts';
import { spawnCli } from '../e2e/spawn-cli.ts';
import { createTinyProject, type TinyProject } from '../e2e/tiny-project.ts';

const DAY = 86_400_000;
const PLAN = TRAFFIC_PLAN;

let project: TinyProject;
let app: App;

before(async () => {
  project = createTinyProject({ rows: 600 });
  writeTraffic(project);
  app = await openApp({ folder: project.folder });
  await app.ship();
});

after(async () => {
  await app.close();
  project[Symbol.dispose]();
});

const withoutFolder = ({ rehearsal: _, ...report }: ReplayReport) => report;

test('what cannot be replayed is refused and leaves nothing behind', async () => {
  const refuse = (plan: Partial<ReplayPlanInput>, code: string, message: RegExp) =>
    assert.rejects(app.replay({ ...PLAN, ...plan }), { code, message });
  await refuse({ endpoint: 'parcel' }, 'ENDPOINT_NOT_FOUND', /"parcel"/);
  await refuse({ inject: ['missing@2026-03-01'] }, 'BAD_ARGUMENT', /not written as missing is/);
  await refuse({ inject: ['missing:carier@2026-03-01'] }, 'BAD_ARGUMENT', /did you mean "carrier"/);
  await refuse({ time: 'weight' }, 'DATA_COLUMN_KIND', /"weight" is of kind number/);
  await refuse({ time: 'send' }, 'DATA_COLUMN_NOT_FOUND', /did you mean "sent"/);
  await refuse({ labelDelay: '2 hours' }, 'DATA_EXPRESSION', /2 hours/);
  await refuse({ dataset: 'absent.csv' }, 'DATA_FILE_NOT_FOUND', /absent\.csv/);
  await refuse({ from: BEGIN + 99 * DAY }, 'DATA_NO_ROWS_LEFT', /no row/);
  assert.deepEqual(readdirSync(join(app.context.store.folder, 'replays')), []);
  const line = ['replay', 'traffic.csv', '--time', 'sent'];
  const onPostgres = { AIRWORTHY_DATABASE: 'postgres://nobody@127.0.0.1:1/none' };
  const cases = [
    [[...line, '--label-delay', '2h'], onPostgres, /REPLAY_IMPOSSIBLE.*PostgreSQL/],
    [line, {}, /replay needs --label-delay/],
    [[...line, '--label-delay', '2h', '--speed', 'fast'], {}, /10000x/],
  ] as const;
  for (const [argv, env, message] of cases) {
    const { output, ended } = spawnCli(argv, project.folder, env);
    assert.equal(await ended, 2);
    assert.match(output.err, message);
  }
});

test('a replay sends every row and label, the same each time, and leaves the project’s own records alone', async () => {
  const one = await app.replay(PLAN, { name: 'one' });
  assert.deepEqual([one.predictions, one.labels, one.refused], [ROWS, ROWS, {}]);
  assert.ok(one.windows.closed >= 24 * DAYS && one.windows.matured > 0, JSON.stringify(one.windows));
  assert.equal(one.from, BEGIN);
  const two = await app.replay(PLAN, { name: 'two' });
  assert.deepEqual(withoutFolder(two), withoutFolder(one));

  const { sql } = app.context.store.database;
  assert.deepEqual(await sql.selectFrom('prediction').select('id').execute(), []);
  const datasets = await sql.selectFrom('dataset').select('name').execute();
  assert.deepEqual(
    datasets.map((dataset) => dataset.name),
    ['parcels'],
  );
  assert.deepEqual(readdirSync(join(app.context.store.folder, 'replays')).sort(), ['one', 'two']);
});

test('the same plan again is done already; its folder opens at the time where the replay ended, and tells nobody', async () => {
  const first = await app.replay(PLAN);
  let sent = 0;
  const again = await app.replay(PLAN, { onPrediction: () => void sent++ });
  assert.deepEqual([again, sent], [first, 0]);
  writeTraffic(project, ROWS - 1);
  await assert.rejects(app.replay(PLAN), {
    code: 'REPLAY_IMPOSSIBLE',
    message: /not what this rehearsal began/,
  });
  writeTraffic(project);
  await using rehearsal = await openApp({ folder: project.folder, dataFolder: first.rehearsal });
  const now = rehearsal.context.clock.now();
  assert.ok(now >= first.to && now < first.to + 60_000);
  assert.equal(readVirtualTime(first.rehearsal), first.to);
  assert.deepEqual(rehearsal.project.config.monitoring.channels, []);
  await assert.rejects(rehearsal.replay({ ...PLAN, seed: 2 }), {
    code: 'REPLAY_IMPOSSIBLE',
    message: /cannot go back to 2026-03-02/,
  });
});

test('a column gone missing pages; what is refused is counted, and nobody labels it', async () => {
  const from = BEGIN + (DAYS / 2) * DAY;
  const inject = [`missing:carrier@${new Date(from).toISOString()}`];
  const report = await app.replay({ ...PLAN, inject });
  assert.equal(report.refused.RECORD_INVALID, ROWS / 2);
  assert.deepEqual([report.predictions, report.labels], [ROWS / 2, ROWS / 2]);
  const pages = report.alerts.filter((alert) => alert.tier === 'page' && alert.openedAt >= from);
  assert.ok(
    pages.some((alert) => alert.openedAt <= from + 2 * DAY),
    JSON.stringify(report.alerts),
  );
});

test('the loop is asked as often as the plan says', async () => {
  const report = await app.replay({ ...PLAN, decideEveryDays: 2 });
  assert.deepEqual(
    report.decisions.map((decision) => [decision.at, decision.state]),
    [2, 4].map((days) => [BEGIN + days * DAY, 'waited']),
  );
});
