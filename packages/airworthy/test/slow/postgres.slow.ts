import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Client } from 'pg';
import { openApp } from '../../src/app.ts';
import { runCommandLine } from '../../src/cli/testing/test-terminal.ts';
import type { ShipResult } from '../../src/lifecycle/ship.ts';
import { verifyAudit } from '../../src/store/audit.ts';
import { spawnCli } from '../e2e/spawn-cli.ts';
import { createTinyProject } from '../e2e/tiny-project.ts';
import { openTestPostgres } from '../postgres-server.ts';

const PACKAGE = join(import.meta.dirname, '../..');
/** Rooms whose tests keep records. */
const STAGES =
  '{store,data,tracking,evaluation,registry,serving,monitoring,feedback,lifecycle,http/mlflow,http/otlp}';
/** Tells this file's connections from those of other tests on the same server. */
const APPLICATION = 'airworthy_slow';
const KILLS = 8;

const postgres = await openTestPostgres();
const skip = 'skip' in postgres ? postgres.skip : false;
after(async () => {
  if (!('skip' in postgres)) await postgres.stop();
});

/** What a restart of the server, or a firewall, does to every process that uses it. */
async function endConnections(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '${APPLICATION}'`,
  );
  await client.end();
}

const bundleOf = (result: ShipResult) =>
  result.stages.find((report) => report.stage === 'registry')?.facts.bundle;

test('a project ships, serves, is rolled back and promoted on PostgreSQL as on SQLite', {
  skip,
}, async (t) => {
  if ('skip' in postgres) return;
  using project = createTinyProject({ trials: 2 });
  const home = mkdtempSync(join(tmpdir(), 'airworthy-on-pg-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const [onSqlite, onPostgres] = [
    { AIRWORTHY_DATA: join(home, 'sqlite') },
    {
      AIRWORTHY_DATA: join(home, 'postgres'),
      AIRWORTHY_DATABASE: `${await postgres.createSchema()}&application_name=${APPLICATION}`,
    },
  ];
  const run = async (env: Record<string, string>, ...argv: string[]) => {
    const outcome = await runCommandLine([...argv, '--json'], { cwd: project.folder, env });
    assert.equal(outcome.code, 0, `${argv.join(' ')}: ${outcome.out}${outcome.err}`);
    return outcome.json<unknown>();
  };
  const ship = async (env: Record<string, string>) => (await run(env, 'ship')) as ShipResult;

  await t.test('both give the same bundles, byte for byte', async () => {
    const first = await ship(onSqlite);
    cpSync(join(home, 'sqlite', 'keys'), join(home, 'postgres', 'keys'), { recursive: true });
    const same = await ship(onPostgres);
    assert.equal(same.promoted, true);
    assert.equal(bundleOf(same), bundleOf(first));
    assert.match(String(bundleOf(same)), /^[0-9a-f]{64}$/);
    project.configure({
      trials: 3,
      seed: 2,
      gate: "{ metric: 'roc-auc', rule: 'no-worse-than', margin: 0.2 }",
    });
    assert.equal(bundleOf(await ship(onPostgres)), bundleOf(await ship(onSqlite)));
    assert.equal((await ship(onPostgres)).unchanged, true);
  });

  await t.test('a server follows a rollback and a promotion', async (server) => {
    const up = spawnCli(['up', '--port', '0'], project.folder, onPostgres);
    server.after(() => up.child.kill('SIGKILL'));
    const [, address] = await up.sees(/^(http:\/\/127\.0\.0\.1:\d+) {2}/m);
    const record = JSON.stringify({ weight: 29, distance: 950, carrier: 'road' });
    const serves = async (version: number) => {
      const deadline = Date.now() + 5000;
      const asked = async () =>
        (await run(onPostgres, 'predict', record, '--url', address)) as { version: number };
      while ((await asked()).version !== version) assert.ok(Date.now() < deadline, `not version ${version}`);
    };
    await serves(2);
    await run(onPostgres, 'models', 'rollback', '--reason', 'to see it');
    await serves(1);
    await run(onPostgres, 'models', 'promote', '2', '--reason', 'and back');
    await serves(2);
    await endConnections(postgres.url);
    await serves(2);
    await run(onPostgres, 'models', 'promote', '1', '--reason', 'the connections were lost');
    await serves(1);
    up.child.kill('SIGINT');
    assert.equal(await up.ended, 0, up.output.err);
  });

  await t.test('the record is whole', async () => {
    assert.equal(((await run(onPostgres, 'models', 'verify')) as { ok: boolean }).ok, true);
    await using app = await openApp({
      folder: project.folder,
      dataFolder: onPostgres.AIRWORTHY_DATA,
      databaseUrl: onPostgres.AIRWORTHY_DATABASE ?? '',
    });
    const { sql } = app.context.store.database;
    assert.equal((await verifyAudit(app.context)).ok, true);
    const predictions = await sql.selectFrom('prediction').select('id').execute();
    assert.ok(predictions.length >= 3);
    const moves = await sql.selectFrom('alias_history').select('version').orderBy('sequence').execute();
    assert.deepEqual(
      moves.map((move) => move.version),
      [1, 2, 1, 2, 1],
    );
  });
});

test('a ship that is killed over and over ends with the bundle of one that was not', { skip }, async (t) => {
  if ('skip' in postgres) return;
  using project = createTinyProject({ trials: 2 });
  const home = mkdtempSync(join(tmpdir(), 'airworthy-on-pg-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const inProject = { cwd: project.folder };
  const calm = { AIRWORTHY_DATA: join(home, 'calm'), AIRWORTHY_DATABASE: await postgres.createSchema() };
  const killed = { AIRWORTHY_DATA: join(home, 'killed'), AIRWORTHY_DATABASE: await postgres.createSchema() };
  const started = performance.now();
  const whole = spawnCli(['ship', '--json'], project.folder, calm);
  assert.equal(await whole.ended, 0, whole.output.err);
  const took = performance.now() - started;
  cpSync(join(home, 'calm', 'keys'), join(home, 'killed', 'keys'), { recursive: true });
  for (let round = 1; round <= KILLS; round++) {
    const ship = spawnCli(['ship'], project.folder, killed);
    setTimeout(() => ship.child.kill('SIGKILL'), (took * round) / KILLS);
    await ship.ended;
  }
  const last = await runCommandLine(['ship', '--json'], { ...inProject, env: killed });
  assert.equal(last.code, 0, last.out);
  assert.equal(
    bundleOf(last.json<unknown>() as ShipResult),
    bundleOf(JSON.parse(whole.output.out) as ShipResult),
  );
  const shown = await runCommandLine(['models', 'show', '--json'], { ...inProject, env: killed });
  assert.equal(shown.json<{ versions: unknown[] }>().versions.length, 1);
});

test('without its server, a command says so and ends with 5', { skip }, async () => {
  using project = createTinyProject();
  const env = { AIRWORTHY_DATABASE: 'postgres://me:secret@127.0.0.1:1/airworthy' };
  const { code, err } = await runCommandLine(['status'], { cwd: project.folder, env });
  assert.equal(code, 4);
  assert.match(err, /STORE_UNREACHABLE.*127\.0\.0\.1:1\/airworthy/);
  assert.doesNotMatch(err, /secret/);
});

test("the stages' own tests pass on PostgreSQL", { skip }, () => {
  if ('skip' in postgres) return;
  const files = globSync(`src/${STAGES}/**/*.test.ts`, { cwd: PACKAGE });
  assert.ok(files.length > 30);
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { status, stdout } = spawnSync(process.execPath, ['--test', '--conditions=development', ...files], {
    cwd: PACKAGE,
    env: { ...env, AIRWORTHY_TEST_STAGES_ON: postgres.url },
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  assert.equal(status, 0, stdout.slice(-4000));
});
