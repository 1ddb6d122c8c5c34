import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { openApp } from '../../src/app.ts';
import { runCommandLine } from '../../src/cli/testing/test-terminal.ts';
import { sha256 } from '../../src/kernel/ids.ts';
import type { ShipResult } from '../../src/lifecycle/ship.ts';
import { readBundleFile } from '../../src/registry/index.ts';
import { getRun, listRuns, readArtifact } from '../../src/tracking/index.ts';
import { createTinyProject, PARCELS, type TinyProject } from '../e2e/tiny-project.ts';

const TRAINER = pathToFileURL(join(import.meta.dirname, '../fixtures/command-trainer/train.ts')).href;
const RECORD = { weight: 29, distance: 950, carrier: 'road' };

/** The tiny project with its learners replaced by a Node script. */
function createProject(manner = 'well', options = '{}', rest = 'seed: 3'): TinyProject {
  const project = createTinyProject();
  writeFileSync(join(project.folder, 'train.mjs'), `await import(${JSON.stringify(TRAINER)});\n`);
  writeFileSync(
    join(project.folder, 'airworthy.config.ts'),
    `import { command, defineProject } from 'airworthy';
export default defineProject({
${PARCELS}
  training: { trainer: command(${JSON.stringify([process.execPath, 'train.mjs', manner])}, ${options}), ${rest} },
  evaluation: { gates: [{ metric: 'roc-auc', rule: 'better-than' }] },
});
`,
  );
  return project;
}

async function ship(project: TinyProject, ...more: string[]) {
  const outcome = await runCommandLine(['ship', '--json', ...more], { cwd: project.folder });
  assert.equal(outcome.code, 0, `${outcome.out}\n${outcome.err}`);
  return outcome.json<unknown>() as ShipResult;
}

const factsOf = (result: ShipResult, stage: string) =>
  result.stages.find((report) => report.stage === stage)?.facts ?? {};

test('a program trains, and its model is judged, packed, verified, served and asked like any other', async (t) => {
  using project = createProject();
  const inProject = { cwd: project.folder };
  const first = await ship(project);
  assert.equal(first.promoted, true, JSON.stringify(first, null, 2));
  const training = factsOf(first, 'training');
  assert.deepEqual(training.metrics, { 'training rows': 280 });

  await t.test('a second ship has nothing to do; a changed script trains again', async () => {
    assert.equal((await ship(project)).unchanged, true);
    writeFileSync(
      join(project.folder, 'train.mjs'),
      `// changed\nawait import(${JSON.stringify(TRAINER)});\n`,
    );
    const again = await ship(project, '--until', 'training');
    assert.notEqual(factsOf(again, 'training').run, training.run);
  });

  await t.test('the run keeps what the program printed and wrote', async () => {
    await using app = await openApp({ folder: project.folder });
    const run = await getRun(app.context, String(training.run));
    assert.equal(run.status, 'finished');
    assert.match(run.tags['training.OMP_NUM_THREADS'], /^\d+$/);
    assert.equal(run.metrics.find((metric) => metric.key === 'training rows')?.value, 280);
    const printed = await readArtifact(app.context, run.id, 'trainer/output.txt');
    assert.equal(printed.toString(), 'fitting 280 rows\n');
    const written = await readArtifact(app.context, run.id, 'model/model.onnx');
    const { bundle } = factsOf(first, 'registry');
    const packed = await readBundleFile(app.context, String(bundle), 'model.onnx');
    assert.equal(sha256(packed), sha256(written));
    const model = JSON.parse((await readBundleFile(app.context, String(bundle), 'model.json')).toString());
    assert.equal(model.estimator.digest, sha256(written));
    assert.deepEqual(readdirSync(join(project.dataFolder, 'scratch')), []);
  });

  await t.test('the bundle is sound, and says so for the graph alone', async () => {
    const { code, out } = await runCommandLine(['models', 'verify'], inProject);
    assert.equal(code, 0, out);
    assert.match(out, /golden pairs, ONNX +ok/);
    assert.doesNotMatch(out, /golden pairs, native/);
  });

  await t.test('predict answers, unseen categories too, and refuses what does not fit', async () => {
    const records = [RECORD, { ...RECORD, weight: 1 }, { ...RECORD, carrier: 'zeppelin' }];
    const answer = await runCommandLine(['predict', JSON.stringify(records), '--json'], inProject);
    assert.equal(answer.code, 0, answer.err);
    const { predictions } = answer.json<{ predictions: { label: boolean; probability: number }[] }>();
    assert.deepEqual(
      predictions.map(({ label }) => label),
      [true, false, true],
    );
    const bad = await runCommandLine(['predict', JSON.stringify({ ...RECORD, weight: -1 })], inProject);
    assert.equal(bad.code, 2);
    assert.match(bad.err, /weight must be at least 0/);
  });

  await t.test(
    'the champion that is a graph is compared with, and swapped without a dropped request',
    async () => {
      await using app = await openApp({ folder: project.folder });
      const endpoints = await app.endpoints();
      let asked = true;
      const answers: Promise<number>[] = [];
      const asking = (async () => {
        while (asked) {
          answers.push(endpoints.predict('parcels', [RECORD]).then(({ modelVersion }) => modelVersion));
          await new Promise((settle) => setTimeout(settle, 2));
        }
      })();
      try {
        const before = (await endpoints.predict('parcels', [RECORD])).predictions;
        project.configure({ trials: 2, gate: "{ metric: 'roc-auc', rule: 'no-worse-than', margin: 0.5 }" });
        const learned = await ship(project);
        const [verdict] = factsOf(learned, 'evaluation').verdicts as { baseline: { kind: string } }[];
        assert.equal(verdict.baseline.kind, 'champion');
        const { bundle, version } = factsOf(learned, 'registry') as { bundle: string; version: number };
        await endpoints.deploy('parcels', { model: 'parcels', version, bundle });
        const former = { version: 1, bundle: String(factsOf(first, 'registry').bundle) };
        await endpoints.deploy('parcels', { model: 'parcels', ...former });
        assert.deepEqual((await endpoints.predict('parcels', [RECORD])).predictions, before);
      } finally {
        asked = false;
        await asking;
      }
      const versions = new Set(await Promise.all(answers));
      assert.ok(versions.has(1) && answers.length > 5, `${[...versions]} ${answers.length}`);
    },
  );
});

const FAULTS: [manner: string, code: string, message: RegExp][] = [
  [
    'fail',
    'TRAINER_FAILED',
    /ended with exit code 7; its last lines:\nfitting 280 rows\nthe optimiser diverged/,
  ],
  ['write nothing', 'TRAINER_OUTPUT_INVALID', /model\.onnx is not there/],
  ['write garbage', 'TRAINER_OUTPUT_INVALID', /model\.onnx: the ONNX runtime cannot load the graph/],
  ['write a folder', 'TRAINER_OUTPUT_INVALID', /model\.onnx is no file/],
  [
    'predict another task',
    'TRAINER_OUTPUT_INVALID',
    /"probabilities" has shape \[280, 3\] for 280 rows, not \[N, 1\]/,
  ],
  ['predict margins', 'TRAINER_OUTPUT_INVALID', /"value" holds 3\.5, which is no probability/],
  [
    'predict otherwise than exported',
    'TRAINER_OUTPUT_INVALID',
    /predictions\.csv has .* where model\.onnx gives 0\.25/,
  ],
  ['write NaN', 'TRAINER_OUTPUT_INVALID', /metrics\.json is not JSON/],
];

test('a program that fails or writes what it should not is a typed error, and leaves no half-made run', async (t) => {
  for (const [manner, code, message] of FAULTS) {
    await t.test(manner, async () => {
      using project = createProject(manner);
      const { code: exit, out } = await runCommandLine(['ship', '--json'], { cwd: project.folder });
      assert.equal(exit, 2, out);
      const { error } = JSON.parse(out);
      assert.equal(error.code, code, out);
      assert.match(error.message, message);
      await using app = await openApp({ folder: project.folder });
      const { runs } = await listRuns(app.context, { limit: 10 });
      assert.deepEqual(
        runs.map(({ status }) => status),
        ['failed'],
      );
      const { artifacts } = await getRun(app.context, runs[0].id);
      assert.deepEqual(
        artifacts.map(({ path }) => path),
        ['trainer/output.txt'],
      );
      assert.deepEqual(readdirSync(join(project.dataFolder, 'scratch')), []);
    });
  }
});

test('a program that takes too long, or is interrupted, is stopped', async () => {
  using project = createProject('hang', '{ timeoutSeconds: 1 }');
  const late = await runCommandLine(['ship', '--json', '--until', 'training'], { cwd: project.folder });
  assert.equal(JSON.parse(late.out).error.code, 'TRAINER_TIMED_OUT', late.out);

  using other = createProject('hang');
  const controller = new AbortController();
  const seen = Promise.withResolvers<void>();
  const lookAt = (_done: number, note = '') => (note.includes('works on') ? seen.resolve() : undefined);
  const progress = { start: () => ({ advance: lookAt, end() {} }) };
  await using app = await openApp({ folder: other.folder, signal: controller.signal, progress });
  const shipping = app.ship({ until: 'training' });
  shipping.catch(() => {});
  await seen.promise;
  controller.abort(new Error('interrupted'));
  await assert.rejects(shipping, /interrupted/);
  const { runs } = await listRuns(app.context, { limit: 10 });
  assert.deepEqual(
    runs.map(({ status }) => status),
    ['killed'],
  );
  const printed = await readArtifact(app.context, runs[0].id, 'trainer/output.txt');
  const [, pid] = /process (\d+)/.exec(printed.toString()) ?? [];
  assert.throws(() => process.kill(Number(pid), 0), { code: 'ESRCH' });
});

test('settings of the learners beside a trainer, and inputs that are not there, are refused', async () => {
  using learners = createProject('well', '{}', "learners: ['linear'], metric: 'brier'");
  const refused = await runCommandLine(['ship', '--json'], { cwd: learners.folder });
  const { code, message } = JSON.parse(refused.out).error;
  assert.equal(code, 'CONFIG_INVALID');
  assert.match(message, /training\.learners: .*training\.trainer names a program/);
  assert.match(message, /training\.metric/);
  using absent = createProject('well', "{ inputs: ['features/*.mjs'] }");
  const { out } = await runCommandLine(['ship', '--json'], { cwd: absent.folder });
  assert.equal(JSON.parse(out).error.code, 'TRAINER_FILE_NOT_FOUND', out);
});
