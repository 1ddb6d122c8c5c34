import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openApp } from '../../src/app.ts';
import { runCommandLine } from '../../src/cli/testing/test-terminal.ts';
import { type Reproduction, type ReproductionPlan, startRun } from '../../src/tracking/index.ts';
import { spawnCli } from '../e2e/spawn-cli.ts';
import { createTinyProject } from '../e2e/tiny-project.ts';

const PROGRAM = `
import { readFileSync, writeFileSync } from 'node:fs';
const { rate } = JSON.parse(readFileSync('settings.json', 'utf8'));
for (let step = 0; step < 3; step++) console.log('step ' + step + ' loss=' + rate / (step + 1));
writeFileSync('model.json', JSON.stringify({ rate }));
`;

function makeProject() {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-again-'));
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args]);
  git('init', '--quiet');
  writeFileSync(join(folder, 'train.mjs'), PROGRAM);
  writeFileSync(join(folder, '.gitignore'), '.airworthy/\nmodel.json\n');
  git('add', '.');
  git('commit', '--quiet', '-m', 'first');
  writeFileSync(join(folder, 'settings.json'), '{"rate": 0.5}');
  return {
    folder,
    async run(expected: number, ...args: string[]) {
      const cli = spawnCli(args, folder);
      assert.equal(await cli.ended, expected, JSON.stringify(cli.output));
      return JSON.parse(cli.output.out);
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

test('a command is recorded, run again, and judged: alone, and beside a server', async (t) => {
  using project = makeProject();
  const program = ['--output', 'model.json', '--', process.execPath, 'train.mjs'];
  const { run } = (await project.run(0, 'run', '--json', ...program)) as { run: string };
  const plan = (await project.run(0, 'reproduce', run, '--dry-run', '--json')) as ReproductionPlan;
  assert.deepEqual([plan.missing, plan.differences], [[], []]);
  const alone = (await project.run(0, 'reproduce', run, '--json')) as Reproduction;
  assert.equal(alone.verdict.sentence, 'identical: 1 output and 1 metric the same to the bit');

  const server = spawnCli(['up', '--port', '0'], project.folder);
  t.after(() => server.child.kill('SIGKILL'));
  const [address] = await server.sees(/http:\/\/127\.0\.0\.1:\d+/);
  writeFileSync(join(project.folder, 'settings.json'), '{"rate": 0.25}');
  const beside = (await project.run(1, 'reproduce', run, '--use-current', '--json')) as Reproduction;
  assert.equal(beside.verdict.first, 'metric loss, step 0: 0.5 became 0.25, 0.5 apart');
  assert.deepEqual(
    beside.verdict.explanations.map(({ kind, name }) => `${kind} ${name}`),
    ['source settings.json'],
  );
  const { items } = (await (await fetch(`${address}/api/v1/runs/${run}/reproductions`)).json()) as {
    items: Reproduction[];
  };
  assert.deepEqual(
    items.map(({ verdict }) => verdict.verdict),
    ['diverged', 'identical'],
  );
});

test('what a ship trained is trained again from the record, whatever the config and the data are now', async (t) => {
  using project = createTinyProject();
  const run = async (...argv: string[]) => runCommandLine(argv, { cwd: project.folder });
  const shipped = (await run('ship', '--until', 'training', '--json')).json<{
    stages: { facts: { run: string } }[];
  }>();
  const { run: original } = shipped.stages[1].facts;
  project.configure({ seed: 2, trials: 4, rows: 300 });
  const plan = (await run('reproduce', original, '--dry-run', '--json')).json();
  assert.deepEqual(plan.differences, []);
  const { code, out } = await run('reproduce', original);
  assert.match(out, /^identical: 2 outputs and 4 metrics the same to the bit/);
  assert.equal(code, 0);
  const server = spawnCli(['up', '--port', '0'], project.folder);
  t.after(() => server.child.kill('SIGKILL'));
  await server.sees(/http:/);
  const served = await run('reproduce', original, '--json');
  assert.match(served.out, /"verdict": "identical"/, served.out + served.err);
});

test('a run whose command nobody recorded cannot be reproduced', async () => {
  using project = createTinyProject();
  const app = await openApp({ folder: project.folder });
  const { id } = await startRun(app.context, { experiment: 'by hand', name: 'logged' });
  await app.close();
  const { code, err } = await runCommandLine(['reproduce', id], { cwd: project.folder });
  assert.equal(code, 2);
  assert.match(err, /has no command on record/);
  assert.equal((await runCommandLine(['reproduce', 'f'.repeat(32)], { cwd: project.folder })).code, 2);
  assert.equal(
    (await runCommandLine(['reproduce', id, '--tolerance', 'x'], { cwd: project.folder })).code,
    2,
  );
});
