import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type App, openApp } from '../../src/app.ts';
import type { ReplayPlanInput, ReplayReport } from '../../src/lifecycle/replay/schema.ts';
import { createRandom } from '../../src/stats/random.ts';
import { readVirtualTime } from '../../src/store/rehearsal-folder.ts';
import { spawnCli } from './spawn-cli.ts';
import { createTinyProject, type TinyProject } from './tiny-project.ts';

const DAY = 86_400_000;
const BEGIN = Date.UTC(2026, 2, 2);
const DAYS = 8;

const PLAN: ReplayPlanInput = {
  ...{ dataset: 'traffic.csv', endpoint: 'parcels', time: 'sent' },
  labelDelay: 'distance / 5 + 30',
};

/** Parcels as they were sent, some hundreds a day. */
function writeTraffic({ folder }: TinyProject): void {
  const random = createRandom('traffic');
  const lines = ['sent,weight,distance,carrier,late'];
  for (let row = 0; row < 300 * DAYS; row++) {
    const sent = new Date(BEGIN + Math.floor((row / 300) * DAY)).toISOString();
    const [weight, distance] = [Math.round(random.next() * 300) / 10, Math.round(random.next() * 1000)];
    const carrier = ['road', 'rail', 'boat'][random.integer(3)];
    const late = weight * distance > 9000 || carrier === 'boat';
    lines.push(`${sent},${weight},${distance},${carrier},${random.next() < 0.05 ? !late : late}`);
  }
  writeFileSync(join(folder, 'traffic.csv'), `${lines.join('\n')}\n`);
}

async function shippedProject(): Promise<{ project: TinyProject; app: App } & AsyncDisposable> {
  const project = createTinyProject({ rows: 600 });
  writeTraffic(project);
  const app = await openApp({ folder: project.folder });
  await app.ship();
  return {
    ...{ project, app },
    async [Symbol.asyncDispose]() {
      await app.close();
      project[Symbol.dispose]();
    },
  };
}

const withoutFolder = ({ rehearsal: _, ...report }: ReplayReport) => report;

test('a replay sends every row and label, the same each time, and leaves the project’s own records alone', async () => {
  await using shipped = await shippedProject();
  const { app } = shipped;
  const one = await app.replay(PLAN, { name: 'one' });
  assert.deepEqual([one.predictions, one.labels, one.refused], [300 * DAYS, 300 * DAYS, {}]);
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
  await using shipped = await shippedProject();
  const { app, project } = shipped;
  const first = await app.replay(PLAN);
  let sent = 0;
  const again = await app.replay(PLAN, { onPrediction: () => void sent++ });
  assert.deepEqual([again, sent], [first, 0]);
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
  await using shipped = await shippedProject();
  const from = BEGIN + 4 * DAY;
  const inject = [`missing:carrier@${new Date(from).toISOString()}`];
  const report = await shipped.app.replay({ ...PLAN, inject });
  assert.equal(report.refused.RECORD_INVALID, 300 * 4);
  assert.deepEqual([report.predictions, report.labels], [300 * 4, 300 * 4]);
  const pages = report.alerts.filter((alert) => alert.tier === 'page' && alert.openedAt >= from);
  assert.ok(
    pages.some((alert) => alert.openedAt <= from + 2 * DAY),
    JSON.stringify(report.alerts),
  );
});

test('the loop is asked as often as the plan says', async () => {
  await using shipped = await shippedProject();
  const report = await shipped.app.replay({ ...PLAN, decideEveryDays: 3 });
  assert.deepEqual(
    report.decisions.map((decision) => [decision.at, decision.state]),
    [3, 6].map((days) => [BEGIN + days * DAY, 'waited']),
  );
});

test('killed with -9, the same command goes on and reports what an undisturbed one does', async () => {
  await using shipped = await shippedProject();
  const { app, project } = shipped;
  const undisturbed = await app.replay(PLAN, { name: 'undisturbed' });
  await app.close();
  const line = ['replay', 'traffic.csv', '--time', 'sent', '--label-delay', PLAN.labelDelay, '--json'];
  for (const patience of [700, 1_000, 1_300]) {
    const { child, ended } = spawnCli([...line, '--name', 'killed'], project.folder);
    setTimeout(() => child.kill('SIGKILL'), patience);
    await ended;
  }
  const { output, ended } = spawnCli([...line, '--name', 'killed'], project.folder);
  assert.equal(await ended, 0, output.err);
  assert.deepEqual(withoutFolder(JSON.parse(output.out)), withoutFolder(undisturbed));
});

test('what cannot be replayed is refused before anything is copied', async () => {
  await using shipped = await shippedProject();
  const { app, project } = shipped;
  const refuse = (plan: Partial<ReplayPlanInput>, code: string, message: RegExp) =>
    assert.rejects(app.replay({ ...PLAN, ...plan }), { code, message });
  await refuse({ endpoint: 'parcel' }, 'ENDPOINT_NOT_FOUND', /"parcel"/);
  await refuse({ inject: ['missing@2026-03-01'] }, 'BAD_ARGUMENT', /not written as missing is/);
  assert.ok(!existsSync(join(app.context.store.folder, 'replays')));
  await refuse({ time: 'weight' }, 'DATA_COLUMN_KIND', /"weight" is of kind number/);
  await refuse({ time: 'send' }, 'DATA_COLUMN_NOT_FOUND', /did you mean "sent"/);
  await refuse({ labelDelay: '2 hours' }, 'DATA_EXPRESSION', /2 hours/);
  await refuse({ dataset: 'absent.csv' }, 'DATA_FILE_NOT_FOUND', /absent\.csv/);
  await refuse({ from: BEGIN + 99 * DAY }, 'DATA_NO_ROWS_LEFT', /no row/);
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
