import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Reproduction, ReproductionPlan } from '../../src/tracking/index.ts';

/** Every outcome of running a run again, on real programs, through the command line. */
const PYTHON = process.env.AIRWORTHY_TEST_PYTHON ?? 'python3';
const CLI = join(import.meta.dirname, '../../bin/airworthy.mjs');
const ROOT = join(import.meta.dirname, '../../../..');
const PROGRAMS = join(import.meta.dirname, '../fixtures/reproduce');
const DIVERGED = 1;

const hasNumpy = spawnSync(PYTHON, ['-c', 'import numpy']).status === 0;
const withNumpy = { skip: hasNumpy ? false : `${PYTHON} with numpy is not here` };
const TRAIN = ['--output', 'weights.npy', '--', PYTHON, 'train.py'];

interface Printed extends Reproduction {
  tree: string | null;
}

/** A repository with one program, and what a person does in it. */
function makeProject(program: string, ignored: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-reproduce-'));
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      encoding: 'utf8',
    });
  copyFileSync(join(PROGRAMS, program), join(folder, program));
  writeFileSync(join(folder, '.gitignore'), [...ignored, '.airworthy/', ''].join('\n'));
  git('init', '--quiet');

  function airworthy(args: readonly string[], variables: Record<string, string> = {}, expected = 0): string {
    const { AIRWORTHY_SEED: _, ...inherited } = process.env;
    const env = { ...inherited, ...variables };
    const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    assert.equal(status, expected, `airworthy ${args.join(' ')}\n${stdout}\n${stderr}`);
    return stdout;
  }

  return {
    folder,
    write: (path: string, content: string) => writeFileSync(join(folder, path), content),
    commit() {
      git('add', '.');
      git('commit', '--quiet', '-m', 'all');
    },
    npm: (...args: string[]) =>
      execFileSync('npm', [...args, '--offline', '--no-audit', '--no-fund', '--silent'], { cwd: folder }),
    record: (args: readonly string[], variables?: Record<string, string>): string =>
      JSON.parse(airworthy(['run', '--json', ...args], variables)).run,
    plan: (run: string): ReproductionPlan => JSON.parse(airworthy(['reproduce', run, '--dry-run', '--json'])),
    reproduce(run: string, args: readonly string[] = [], expected = 0): Printed {
      return JSON.parse(airworthy(['reproduce', run, '--json', ...args], {}, expected));
    },
    show: (run: string) => JSON.parse(airworthy(['runs', 'show', run, '--json'])),
    git,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Rows of two inputs and what follows from them, with a little noise that is the same each time. */
function rows(changed = false): string {
  const lines = Array.from({ length: 400 }, (_, row) => {
    const [a, b] = [Math.sin(row), Math.cos(row * 1.7)];
    return [a, b, a + 2 * b + Math.sin(row * 9.1) / 10 + (changed && row === 217 ? 1 : 0)].join(',');
  });
  return `${lines.join('\n')}\n`;
}

function makeTraining() {
  const project = makeProject('train.py', ['data/', 'weights.npy']);
  project.commit();
  // Neither is known to git: the settings are kept with the run, the data is not.
  project.write('settings.json', '{"rate": 0.1}');
  mkdirSync(join(project.folder, 'data'));
  project.write('data/rows.csv', rows());
  return { ...project, run: project.record(TRAIN, { AIRWORTHY_SEED: '7' }) };
}

function named({ verdict }: Reproduction): string[] {
  return verdict.explanations.map(({ kind, name }) => `${kind} ${name}`);
}

test('identical: a seeded training, also after its files were changed', withNumpy, () => {
  using project = makeTraining();
  const first = project.reproduce(project.run);
  assert.equal(first.verdict.sentence, 'identical: 1 output and 1 metric the same to the bit');
  assert.deepEqual(named(first), []);
  project.write('settings.json', '{"rate": 0.2}');
  project.write('train.py', 'raise SystemExit(1)\n');
  const second = project.reproduce(project.run);
  assert.equal(second.verdict.verdict, 'identical');
  assert.match(second.verdict.notes.join('\n'), /^settings.json is no longer as it was/m);
  for (const run of [project.run, second.run])
    assert.equal(project.show(run).tags['airworthy.reproduction'], 'identical');
  assert.equal(project.show(second.run).reproduces, project.run);
  assert.equal(project.git('worktree', 'list').trim().split('\n').length, 1);
});

test('diverged: a row of the data was changed', withNumpy, () => {
  using project = makeTraining();
  project.write('data/rows.csv', rows(true));
  assert.deepEqual(
    project.plan(project.run).differences.map(({ kind, name }) => [kind, name]),
    [['input', 'data/rows.csv']],
  );
  const again = project.reproduce(project.run, [], DIVERGED);
  assert.match(again.verdict.first ?? '', /^metric loss, step \d+: /);
  assert.deepEqual(named(again), ['input data/rows.csv']);
});

test(
  'identical: changed data that was declared as an input comes from the record, in the tree or outside',
  withNumpy,
  () => {
    using project = makeTraining();
    const declared = project.record(['--input', 'data/rows.csv', ...TRAIN], { AIRWORTHY_SEED: '7' });
    project.write('data/rows.csv', rows(true));
    const again = project.reproduce(declared);
    assert.equal(again.verdict.verdict, 'identical', again.verdict.sentence);
    assert.match(again.verdict.notes.join('\n'), /^data\/rows.csv is no longer as it was/m);

    const outside = join(mkdtempSync(join(tmpdir(), 'airworthy-data-')), 'rows.csv');
    writeFileSync(outside, rows());
    const sum = `import numpy, sys; numpy.save("weights.npy", numpy.loadtxt(sys.argv[1], delimiter=",").sum(axis=0))`;
    const command = ['--output', 'weights.npy', '--input', outside, '--', PYTHON, '-c', sum, outside];
    const run = project.record(command);
    writeFileSync(outside, rows(true));
    assert.equal(project.reproduce(run).verdict.verdict, 'identical');
    assert.deepEqual(named(project.reproduce(run, ['--use-current'], DIVERGED)), [`input ${outside}`]);
  },
);

test('stopped: the program is told, the tree is gone, and there is no verdict', async () => {
  using project = makeProject('parallel.mjs', ['model.json']);
  project.write(
    'wait.mjs',
    'console.log("waiting"); setTimeout(() => {}, Number(process.env.AIRWORTHY_SEED ?? 60_000));',
  );
  project.commit();
  const run = project.record(['--', process.execPath, 'wait.mjs'], { AIRWORTHY_SEED: '100' });
  const trees = () =>
    readdirSync(tmpdir()).filter((name) => name.startsWith(`airworthy-${run.slice(0, 8)}-`));
  const child = spawn(process.execPath, [CLI, 'reproduce', run, '--use-current'], { cwd: project.folder });
  await once(child.stdout, 'data');
  assert.equal(trees().length, 1);
  child.kill('SIGINT');
  const [code] = await once(child, 'exit');
  assert.equal(code, 130);
  assert.deepEqual(trees(), []);
  assert.equal(project.show(run).tags['airworthy.reproduction'], undefined);
});

test('diverged: a file that git does not know was edited', withNumpy, () => {
  using project = makeTraining();
  project.write('settings.json', '{"rate": 0.11}');
  const again = project.reproduce(project.run, ['--use-current'], DIVERGED);
  assert.equal(named(again)[0], 'source settings.json');
});

test('diverged: the seed was removed', withNumpy, () => {
  using project = makeTraining();
  const again = project.reproduce(project.run, ['--use-current'], DIVERGED);
  assert.deepEqual(named(again), ['environment AIRWORTHY_SEED']);
  assert.deepEqual([again.verdict.explanations[0].before, again.verdict.explanations[0].after], ['7', null]);
  // A program that never had one differs by itself.
  const unseeded = project.reproduce(project.record(TRAIN), [], DIVERGED);
  assert.deepEqual(named(unseeded), []);
  assert.match(
    unseeded.verdict.sentence,
    /nothing on record differs, so the program itself does: chance without a seed/,
  );
});

test('equivalent: threads whose sums are added in the order they arrive', () => {
  using project = makeProject('parallel.mjs', ['model.json']);
  project.commit();
  const run = project.record(['--output', 'model.json', '--', process.execPath, 'parallel.mjs']);
  // By chance the order may be the same, in every step.
  const outcomes = [1, 2, 3].map(() => project.reproduce(run).verdict);
  const moved = outcomes.find(({ verdict }) => verdict === 'equivalent');
  assert.ok(moved, outcomes.map(({ sentence }) => sentence).join('\n'));
  assert.ok(moved.largest && moved.largest.relative > 0 && moved.largest.relative < 1e-12);
  assert.match(moved.sentence, /^equivalent: 1 output and 1 metric within 1e-9, at most \S+ apart \(/);
  const strict = [1, 2, 3].map(() => {
    const { status } = spawnSync(process.execPath, [CLI, 'reproduce', run, '--tolerance', '0'], {
      cwd: project.folder,
    });
    return status;
  });
  assert.ok(strict.includes(DIVERGED), String(strict));
});

test('diverged: a dependency moved; with --install it is identical again', () => {
  using project = makeProject('scaled.mjs', ['node_modules/', 'scaled.json']);
  for (const [version, factor] of [
    ['1.0.0', 2],
    ['1.1.0', 2.5],
  ]) {
    const source = join(project.folder, `scaler-${version}`);
    mkdirSync(source);
    writeFileSync(
      join(source, 'package.json'),
      JSON.stringify({ name: 'scaler', version, type: 'module', exports: './index.js' }),
    );
    writeFileSync(join(source, 'index.js'), `export const scale = (value) => value * ${factor};\n`);
    project.npm('pack', `./scaler-${version}`);
    rmSync(source, { recursive: true });
  }
  project.write('package.json', JSON.stringify({ private: true }));
  project.npm('install', './scaler-1.0.0.tgz');
  project.commit();
  const run = project.record(['--output', 'scaled.json', '--', process.execPath, 'scaled.mjs']);
  project.npm('install', './scaler-1.1.0.tgz');
  const again = project.reproduce(run, [], DIVERGED);
  assert.equal(again.verdict.first, 'outputs/scaled.json, line 1: 2 became 2.5, 0.2 apart');
  const [moved] = again.verdict.explanations;
  assert.deepEqual(
    [moved.kind, moved.name, moved.before, moved.after],
    ['package', 'scaler', '1.0.0', '1.1.0'],
  );
  const installed = project.reproduce(run, ['--install']);
  assert.deepEqual([installed.verdict.verdict, named(installed)], ['identical', []]);
});

test('identical: the flight model, trained again from its dataset version, split and settings', () => {
  const folder = join(ROOT, 'examples/flight-delays');
  const dataFolder = mkdtempSync(join(tmpdir(), 'airworthy-flights-'));
  const airworthy = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [CLI, ...args, '--json', '--project', folder, '--data', dataFolder],
      {
        encoding: 'utf8',
      },
    );
    assert.equal(status, 0, stdout + stderr);
    return JSON.parse(stdout);
  };
  try {
    const { stages } = JSON.parse(
      spawnSync(
        process.execPath,
        [CLI, 'ship', folder, '--until', 'training', '--json', '--data', dataFolder],
        { encoding: 'utf8' },
      ).stdout,
    );
    const { run } = stages[1].facts;
    assert.deepEqual(airworthy('reproduce', run, '--dry-run').differences, []);
    const { verdict } = airworthy('reproduce', run) as Reproduction;
    assert.equal(verdict.verdict, 'identical', verdict.sentence);
    assert.ok(verdict.comparisons.some(({ name }) => name === 'model/model.json'));
  } finally {
    rmSync(dataFolder, { recursive: true, force: true });
  }
});
