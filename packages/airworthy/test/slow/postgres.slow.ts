import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { Client } from 'pg';
import { openApp } from '../../src/app.ts';
import { runCommandLine } from '../../src/cli/testing/test-terminal.ts';
import type { SuiteReport } from '../../src/evaluation/index.ts';
import type { ShipResult } from '../../src/lifecycle/ship.ts';
import { verifyAudit } from '../../src/store/audit.ts';
import { spawnCli } from '../e2e/spawn-cli.ts';
import { createTinyProject } from '../e2e/tiny-project.ts';
import { openTestPostgres } from '../postgres-server.ts';

const PACKAGE = join(import.meta.dirname, '../..');
/** Rooms some of whose tests keep records. */
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

/** Conversations in two languages, a task that errs and one that fails, an own share of held-out cases. */
const SUITE = `export default {
  name: 'support', roles: { shares: { dev: 0.6, 'held-out': 0.4 } }, limits: { errorRate: 0.2 },
  dataset: Array.from({ length: 200 }, (_, i) => ({ id: 'c' + i, input: i, expected: i, cluster: 'k' + (i % 50), metadata: { lang: i % 3 ? 'de' : 'en' } })),
  tasks: { good: (x) => x, poor: (x) => { if (x % 40 === 3) throw new Error('boom'); return x % 4 ? x : -1; } },
  scorers: ['exact'], slices: ['lang'], heldOutBudget: 6,
  gates: [{ metric: 'exact', rule: 'at-least', value: 0.5 }, { metric: 'exact', rule: 'no-worse-than', margin: 0.3, onUndecided: 'warn' }],
};`;

test('an evaluation says on PostgreSQL what it says on SQLite, and two at once do not collide', {
  skip,
}, async (t) => {
  if ('skip' in postgres) return;
  const home = mkdtempSync(join(tmpdir(), 'airworthy-suite-on-pg-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  writeFileSync(join(home, 'airworthy.config.ts'), "export default { name: 'support' };\n");
  writeFileSync(join(home, 'support.eval.ts'), SUITE);
  const AIRWORTHY_DATABASE = await postgres.createSchema();
  const run = (env: Record<string, string>, ...argv: string[]) =>
    runCommandLine([...argv, '--json'], { cwd: home, env });
  const story = async (env: Record<string, string>) => {
    const told: unknown[] = [];
    for (const argv of [
      'evaluate',
      'bless support --task good --reason first --anyway',
      'evaluate --seed 2 --trials 2',
      'evaluations cases support --show failed --task poor',
      'evaluate --role held-out',
      'evaluations list',
      'gate history support',
      'held-out',
    ]) {
      const { code, out, err } = await run(env, ...argv.split(' '));
      assert.ok(code <= 3 && code !== 2, `${argv}: ${code}: ${out}${err}`);
      told.push([argv, code, timeless(out)]);
    }
    return told;
  };
  const onSqlite = await story({ AIRWORTHY_DATA: join(home, 'sqlite') });
  assert.deepEqual(await story({ AIRWORTHY_DATA: join(home, 'first'), AIRWORTHY_DATABASE }), onSqlite);
  /** From two data folders, as two machines would. */
  const atOnce = async (...commands: string[]) => {
    const ended = await Promise.all(
      commands.map((command, index) =>
        run(
          { AIRWORTHY_DATA: join(home, ['first', 'second'][index]), AIRWORTHY_DATABASE },
          ...command.split(' '),
        ),
      ),
    );
    return ended.map(({ code, out, err, json }) => {
      assert.ok(code <= 3 && code !== 2, `${code}: ${out}${err}`);
      return json<SuiteReport>();
    });
  };
  const different = await atOnce('evaluate --role held-out --seed 7', 'evaluate --role held-out --seed 8');
  assert.deepEqual(different.map(({ number }) => number).sort(), [4, 5]);
  const [one, other] = await atOnce('evaluate --seed 9', 'evaluate --seed 9');
  assert.deepEqual(one.tasks[0].metrics, other.tasks[0].metrics);
  const looks = await run({ AIRWORTHY_DATA: join(home, 'first'), AIRWORTHY_DATABASE }, 'held-out');
  const numbered = [...looks.out.matchAll(/"number": ?(\d)/g)].map(([, number]) => number).sort();
  assert.deepEqual(numbered, ['1', '2', '3', '4', '5', '6']);
});

/** What was printed, without what time it was and took. */
function timeless(printed: string): unknown {
  return JSON.parse(printed, (key, value) =>
    ['at', 'startedAt', 'endedAt', 'latencyMs', 'createdAt'].includes(key) ? undefined : value,
  );
}

test('without its server, a command says so and ends with 4', { skip }, async () => {
  using project = createTinyProject();
  const env = { AIRWORTHY_DATABASE: 'postgres://me:secret@127.0.0.1:1/airworthy' };
  const { code, err } = await runCommandLine(['status'], { cwd: project.folder, env });
  assert.equal(code, 4);
  assert.match(err, /STORE_UNREACHABLE.*127\.0\.0\.1:1\/airworthy/);
  assert.doesNotMatch(err, /secret/);
});

/** Those of the files that reach a store of their own by what they import: what keeps no records is the same on any database. */
function keepingRecords(files: readonly string[]): string[] {
  const known = new Map<string, boolean>();
  const keeps = (file: string): boolean => {
    const found = known.get(file);
    if (found !== undefined) return found;
    known.set(file, file.endsWith('/test/test-context.ts'));
    const imported = readFileSync(file, 'utf8').matchAll(/from '(\..+)'/g);
    for (const [, path] of imported) {
      const other = join(dirname(file), path);
      if (existsSync(other) && keeps(other)) known.set(file, true);
    }
    return known.get(file) === true;
  };
  return files.filter((file) => keeps(join(PACKAGE, file)));
}

test("the stages' own tests pass on PostgreSQL", { skip }, () => {
  if ('skip' in postgres) return;
  const files = keepingRecords(globSync(`src/${STAGES}/**/*.test.ts`, { cwd: PACKAGE }));
  for (const room of STAGES.slice(1, -1).split(',')) {
    assert.ok(
      files.some((file) => file.startsWith(`src/${room}/`)),
      `${room} keeps no records`,
    );
  }
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  // Much of their time they wait for the server.
  const flags = ['--test', '--conditions=development', '--test-concurrency=3'];
  const { status, stdout } = spawnSync(process.execPath, [...flags, ...files], {
    cwd: PACKAGE,
    env: { ...env, AIRWORTHY_TEST_STAGES_ON: postgres.url },
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  assert.equal(status, 0, stdout.slice(-4000));
});
