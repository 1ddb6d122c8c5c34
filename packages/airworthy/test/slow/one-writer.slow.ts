import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type CommandOutcome, runCommandLine } from '../../src/cli/testing/test-terminal.ts';
import type { CommandRequest } from '../../src/http/commands/schema.ts';
import { type CliProcess, spawnCli } from '../e2e/spawn-cli.ts';
import { createTinyProject, type TinyProject } from '../e2e/tiny-project.ts';

const RECORD = JSON.stringify({ weight: 29, distance: 950, carrier: 'road' });

/** A server process that has the project's data folder. */
async function startServer(
  t: TestContext,
  project: TinyProject,
  env: Record<string, string> = {},
): Promise<CliProcess & { address: string }> {
  const server = spawnCli(['up', '--port', '0'], project.folder, env);
  t.after(() => server.child.kill('SIGKILL'));
  const [, address] = await server.sees(/^(http:\/\/127\.0\.0\.1:\d+) {2}/m);
  return { ...server, address };
}

const runIn =
  (project: TinyProject) =>
  (...argv: string[]): Promise<CommandOutcome> =>
    runCommandLine(argv, { cwd: project.folder });

/** The longest that /health took to answer, in ms, until told to stop. */
function watchHealth(address: string): () => Promise<number> {
  let watching = true;
  const slowest = (async () => {
    let longest = 0;
    while (watching) {
      const asked = performance.now();
      assert.equal((await fetch(`${address}/health`)).status, 200);
      longest = Math.max(longest, performance.now() - asked);
      await pause(10);
    }
    return longest;
  })();
  return () => {
    watching = false;
    return slowest;
  };
}

/** The status that a caller with another address than the server's gets. */
function statusFrom(localAddress: string, url: string, token: string): Promise<number | undefined> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return new Promise((settle, fail) => {
    request(url, { method: 'POST', localAddress, headers, agent: false }, (answer) => {
      answer.resume();
      settle(answer.statusCode);
    })
      .once('error', fail)
      .end('{}');
  });
}

async function runsEnd(project: TinyProject, status: string): Promise<void> {
  const deadline = Date.now() + 5_000;
  for (;;) {
    const { runs } = (await runIn(project)('runs', 'list', '--json')).json<{ runs: { status: string }[] }>();
    if (runs.length > 0 && runs.every((run) => run.status === status)) return;
    assert.ok(Date.now() < deadline, JSON.stringify(runs));
    await pause(50);
  }
}

test('beside a running server, commands that write run in it and look as they always do', async (t) => {
  using project = createTinyProject({ rows: 4_000 });
  const server = await startServer(t, project);
  const run = runIn(project);

  await t.test('a ship, while the server answers others', async () => {
    const stopWatching = watchHealth(server.address);
    const ship = spawnCli(['ship'], project.folder);
    assert.equal(await ship.ended, 0, ship.output.err);
    const slowest = await stopWatching();
    assert.ok(slowest < 1_000, `/health took ${slowest} ms`);
    t.diagnostic(`/health took ${slowest.toFixed(0)} ms at most`);
    for (const stage of ['data', 'training', 'evaluation', 'registry', 'serving']) {
      assert.match(ship.output.out, new RegExp(`^${stage} +`, 'm'));
    }
    assert.match(ship.output.out, /^Done in /m);
    assert.equal(server.output.err, '');
  });

  await t.test('what it deployed serves when it ends, and is what predict asks', async () => {
    const asked = await run('predict', RECORD, '--json');
    assert.equal(asked.code, 0, asked.out);
    const { version, predictions } = asked.json<{
      version: number;
      predictions: { predictionId: string }[];
    }>();
    assert.equal(version, 1);
    const logged = await fetch(`${server.address}/api/v1/predictions/${predictions[0].predictionId}`);
    assert.equal(logged.status, 200);
  });

  await t.test('with --json there is one value; errors and exit codes are the command’s own', async () => {
    const again = await run('ship', '--json');
    assert.equal(again.json().unchanged, true);
    assert.equal(again.err, '');
    assert.equal((await run('data', 'add', '--json')).json().reused, true);
    assert.equal((await run('data', 'check')).code, 0);
    assert.equal((await run('models', 'promote', '1', '--json')).json().version, 1);
    const wrong = await run('models', 'promote', '99');
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, /MODEL_VERSION_NOT_FOUND/);
    assert.match((await run('models', 'rollback')).err, /NO_PREVIOUS_VERSION/);
  });

  await t.test('commands that only read need no server', async () => {
    for (const argv of ['status', 'data list', 'data show', 'runs list', 'models show', 'models verify']) {
      const { code, err } = await run(...argv.split(' '));
      assert.equal(code, 0, `${argv}: ${err}`);
    }
  });

  await t.test('a second server is refused; ship --serve says where the first one is', async () => {
    const up = await run('up', '--port', '0');
    assert.equal(up.code, 4);
    assert.match(up.err, new RegExp(`ALREADY_SERVED.*${server.address}`));
    const served = await run('ship', '--serve');
    assert.equal(served.code, 0, served.err);
    assert.match(served.out, new RegExp(`curl -s ${server.address}/predict/parcels`));
    assert.match(served.out, new RegExp(`^${server.address} +\\(was running already\\)`, 'm'));
  });

  await t.test('a config that was changed is the one that is shipped', async () => {
    project.configure({
      rows: 4_000,
      seed: 2,
      gate: "{ metric: 'roc-auc', rule: 'no-worse-than', margin: 0.2 }",
    });
    const ship = await run('ship');
    assert.equal(ship.code, 0, ship.err);
    assert.equal((await run('predict', RECORD, '--json')).json().version, 2);
  });

  await t.test('another project on the same data folder is refused', async () => {
    using other = createTinyProject();
    const refused = await runIn(other)('ship', '--data', project.dataFolder);
    assert.equal(refused.code, 2);
    assert.match(refused.err, /COMMAND_REFUSED.*project folder/);
  });

  await t.test('nothing else is let in', async () => {
    const { token } = JSON.parse(readFileSync(join(project.dataFolder, 'lock.json'), 'utf8'));
    const command = {
      id: '0'.repeat(32),
      argv: ['status'],
      cwd: project.folder,
      dataFolder: project.dataFolder,
      config: '',
      database: null,
      environment: {},
      interactive: false,
      colour: false,
    } satisfies CommandRequest;
    const post = (body: object, headers: Record<string, string> = { authorization: `Bearer ${token}` }) =>
      fetch(`${server.address}/api/v1/commands`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: `Basic ${token}` }]) {
      assert.equal((await post(command, headers as Record<string, string>)).status, 401);
    }
    // Linux has all of 127.0.0.0/8: as near to another machine as a test gets.
    if (process.platform === 'linux') {
      assert.equal(await statusFrom('127.0.0.2', `${server.address}/api/v1/commands`, token), 403);
    }
    const elsewhere = { authorization: `Bearer ${token}`, origin: 'https://example.org' };
    assert.equal((await post(command, elsewhere)).status, 403);
    assert.equal((await post({ ...command, argv: [] })).status, 400);
    assert.equal((await post({ ...command, shell: 'rm' })).status, 400);
    for (const argv of [['status'], ['up'], ['init', 'here'], ['predict', '{}'], ['doctor']]) {
      const answer = await (await post({ ...command, argv })).text();
      assert.match(answer, /COMMAND_REFUSED.*\n.*\n\{"exit":2\}\n$/, argv.join(' '));
    }
    assert.match(await (await post({ ...command, argv: ['ship'] })).text(), /CONFIG_OUTDATED/);
    const elsewhereData = { ...command, argv: ['ship', '--data', join(project.folder, 'other')] };
    assert.match(await (await post(elsewhereData)).text(), /COMMAND_REFUSED.*data folder/);
    const database = { ...command, argv: ['ship'], database: 'another' };
    assert.match(await (await post(database)).text(), /COMMAND_REFUSED.*database/);
  });

  server.child.kill('SIGTERM');
  assert.equal(await server.ended, 0, server.output.err);
});

test('a command in a server ends with its caller, and with the server; the server ends with neither', async (t) => {
  using project = createTinyProject({ rows: 20_000, trials: 60 });
  const server = await startServer(t, project);
  const training = async () => {
    const ship = spawnCli(['ship'], project.folder);
    await ship.sees(/^data /m);
    await pause(300);
    return ship;
  };

  const interrupted = await training();
  const second = await runIn(project)('ship', '--json');
  assert.equal(second.json<{ error: { code: string } }>().error.code, 'WORK_UNDER_WAY');
  interrupted.child.kill('SIGINT');
  assert.equal(await interrupted.ended, 130, interrupted.output.out);
  assert.match(interrupted.output.err, /goes on from here/);
  await runsEnd(project, 'killed');

  const killed = await training();
  killed.child.kill('SIGKILL');
  await runsEnd(project, 'killed');
  assert.equal((await fetch(`${server.address}/health`)).status, 200);

  const stopped = await training();
  server.child.kill('SIGTERM');
  assert.equal(await stopped.ended, 130, stopped.output.err);
  assert.equal(await server.ended, 0, server.output.err);
  await runsEnd(project, 'killed');
});

test('who may read the folder needs no AIRWORTHY_TOKEN; the folder of a server that was killed is free again', async (t) => {
  using project = createTinyProject({ trials: 1 });
  const server = await startServer(t, project, { AIRWORTHY_TOKEN: 'for others' });
  const run = runIn(project);
  assert.equal((await fetch(`${server.address}/api/v1/status`)).status, 401);
  assert.equal((await run('ship')).code, 0);
  assert.equal((await run('predict', RECORD)).code, 0);
  server.child.kill('SIGKILL');
  await server.ended;
  const again = await run('ship', '--json');
  assert.equal(again.json().unchanged, true);
});
