import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommandLine } from '../../src/cli/testing/test-terminal.ts';
import { spawnCli } from './spawn-cli.ts';
import { createTinyProject } from './tiny-project.ts';

const GENTOO = {
  species: 'Gentoo',
  island: 'Biscoe',
  bill_length_mm: 48.7,
  bill_depth_mm: 15.7,
  flipper_length_mm: 208,
  sex: 'male',
};

test('init → ship → serve → predict, by the command line alone', async (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'airworthy-init-'));
  t.after(() => rmSync(parent, { recursive: true, force: true }));
  const folder = join(parent, 'My Penguins');
  const made = spawnCli(['init', 'My Penguins'], parent);
  assert.equal(await made.ended, 0, made.output.err);
  assert.equal(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name, 'my-penguins');
  const again = spawnCli(['init', 'My Penguins'], parent);
  assert.equal(await again.ended, 2);
  assert.match(again.output.err, /FOLDER_IN_USE/);

  const server = spawnCli(['ship', '--serve', '--port', '0'], folder);
  t.after(() => server.child.kill('SIGKILL'));
  const [, address] = await server.sees(/^(http:\/\/127\.0\.0\.1:\d+) {2}/m);
  assert.match(server.output.out, /^serving +my-penguins serves my-penguins version 1$/m);
  assert.match(server.output.out, /curl -s http:.*\/predict\/my-penguins/);

  await t.test('the server answers a record, and the curl it prints is a good one', async () => {
    const body = /-d '(.*)'/.exec(server.output.out)?.[1] ?? '';
    for (const record of [GENTOO, JSON.parse(body)]) {
      const response = await fetch(`${address}/predict/my-penguins`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(record),
      });
      assert.equal(response.status, 200);
      const answer = (await response.json()) as { value: number; version: number };
      assert.ok(answer.value > 2500 && answer.value < 7000, String(answer.value));
      assert.equal(answer.version, 1);
    }
  });

  await t.test('predict --url asks it; a refusal names the field', async () => {
    const asked = ['predict', '--url', address];
    const good = await runCommandLine([...asked, JSON.stringify(GENTOO), '--json'], { cwd: folder });
    assert.equal(good.code, 0, good.out);
    assert.equal(good.json<{ predictions: unknown[] }>().predictions.length, 1);
    const bad = await runCommandLine([...asked, JSON.stringify({ ...GENTOO, wings: 2 })], { cwd: folder });
    assert.equal(bad.code, 2);
    assert.match(bad.err, /SERVER_REFUSED.*wings/);
  });

  await t.test('a taken port is a clear error before any work', async () => {
    using project = createTinyProject();
    const port = new URL(address).port;
    for (const command of ['up', 'ship']) {
      const argv = [command, ...(command === 'ship' ? ['--serve'] : []), '--port', port];
      const taken = await runCommandLine(argv, { cwd: project.folder });
      assert.equal(taken.code, 4);
      assert.match(taken.err, /PORT_TAKEN.*\n.*--port/);
    }
  });

  await t.test('Ctrl-C stops it, exit code 0', async () => {
    server.child.kill('SIGINT');
    assert.equal(await server.ended, 0, server.output.err);
  });

  const unreachable = await runCommandLine(['predict', '{}', '--url', address], { cwd: folder });
  assert.equal(unreachable.code, 4);
  assert.match(unreachable.err, /SERVER_UNREACHABLE/);
});

test('a running server takes over what another command deploys', async (t) => {
  using project = createTinyProject({ trials: 1 });
  const inProject = { cwd: project.folder };
  assert.equal((await runCommandLine(['ship'], inProject)).code, 0);
  const server = spawnCli(['up', '--port', '0'], project.folder);
  t.after(() => server.child.kill('SIGKILL'));
  const [, address] = await server.sees(/^(http:\/\/127\.0\.0\.1:\d+) {2}/m);
  const record = JSON.stringify({ weight: 29, distance: 950, carrier: 'road' });
  const versionServed = async () => {
    const outcome = await runCommandLine(['predict', record, '--url', address, '--json'], inProject);
    assert.equal(outcome.code, 0, outcome.out);
    return outcome.json().version;
  };
  assert.equal(await versionServed(), 1);
  project.configure({
    trials: 2,
    seed: 2,
    gate: "{ metric: 'roc-auc', rule: 'no-worse-than', margin: 0.2 }",
  });
  assert.equal((await runCommandLine(['ship'], inProject)).code, 0);
  const deadline = Date.now() + 5000;
  while ((await versionServed()) !== 2) assert.ok(Date.now() < deadline, 'version 2 is not served');
});

test('two ships of one project at once: one works, the other is told who does', async () => {
  using project = createTinyProject();
  const ships = [1, 2].map(() => spawnCli(['ship', '--json'], project.folder));
  const codes = await Promise.all(ships.map((ship) => ship.ended));
  const results = ships.map((ship) => JSON.parse(ship.output.out));
  // The later one may come when the first is done; then it finds everything unchanged.
  for (const [index, code] of codes.entries()) {
    if (code === 0) assert.equal(results[index].promoted, true);
    else assert.equal(results[index].error.code, 'WORK_UNDER_WAY');
  }
  assert.ok(codes.includes(0));
  const model = await runCommandLine(['models', 'show', '--json'], { cwd: project.folder });
  assert.equal(model.json<{ versions: unknown[] }>().versions.length, 1);
});

test('Ctrl-C stops a ship with exit code 130, and the same command goes on from there', async () => {
  using project = createTinyProject({ rows: 20_000, trials: 40 });
  const ship = spawnCli(['ship'], project.folder);
  await ship.sees(/^data /m);
  setTimeout(() => ship.child.kill('SIGINT'), 300);
  assert.equal(await ship.ended, 130, ship.output.out);
  assert.match(ship.output.err, /goes on from here/);
  const runs = await runCommandLine(['runs', 'list', '--json'], { cwd: project.folder });
  for (const run of runs.json<{ runs: { status: string }[] }>().runs) assert.equal(run.status, 'killed');
  const data = await runCommandLine(['ship', '--until', 'data', '--json'], { cwd: project.folder });
  assert.equal(data.json().unchanged, true);
});

test('a port held by another program is told from one that cannot be listened on', async () => {
  using project = createTinyProject();
  const blocker = createServer().listen(0, '127.0.0.1');
  await new Promise((settle) => blocker.once('listening', settle));
  try {
    const { port } = blocker.address() as { port: number };
    const outcome = await runCommandLine(['up', '--port', String(port)], { cwd: project.folder });
    assert.match(outcome.err, new RegExp(`PORT_TAKEN.*127\\.0\\.0\\.1:${port}`));
    assert.match(
      (await runCommandLine(['up', '--port', '99999'], { cwd: project.folder })).err,
      /0 to 65535/,
    );
  } finally {
    blocker.close();
  }
});
