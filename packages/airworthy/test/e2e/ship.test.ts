import assert from 'node:assert/strict';
import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommandLine } from '../../src/cli/testing/test-terminal.ts';
import type { ShipResult } from '../../src/lifecycle/ship.ts';
import { createTinyProject, type TinyProject } from './tiny-project.ts';

const IMPOSSIBLE = "{ metric: 'roc-auc', rule: 'at-least', value: 0.99999 }";
const STAGES = ['data', 'training', 'evaluation', 'registry', 'serving'];

async function ship(project: TinyProject, ...more: string[]) {
  const outcome = await runCommandLine(['ship', '--json', ...more], { cwd: project.folder });
  assert.ok([0, 1, 3].includes(outcome.code), outcome.out);
  return { code: outcome.code, result: outcome.json<unknown>() as ShipResult };
}

const factsOf = (result: ShipResult, stage: string) =>
  result.stages.find((report) => report.stage === stage)?.facts ?? {};

test('a project ships from its file to a served model, and a second ship has nothing to do', async (t) => {
  using project = createTinyProject();
  const inProject = { cwd: project.folder };

  const first = await ship(project);
  assert.equal(first.code, 0, JSON.stringify(first.result, null, 2));
  assert.deepEqual(
    first.result.stages.map((report) => report.stage),
    STAGES,
  );
  assert.equal(first.result.outcome, 'pass');
  assert.equal(first.result.promoted, true);
  assert.equal(factsOf(first.result, 'serving').version, 1);

  const second = await ship(project);
  assert.equal(second.result.unchanged, true);
  const { bundle } = factsOf(first.result, 'registry');
  assert.equal(factsOf(second.result, 'registry').bundle, bundle);

  await t.test('as text, it is one line a stage', async () => {
    const { out, code } = await runCommandLine(['ship'], inProject);
    assert.equal(code, 0);
    for (const stage of STAGES) assert.match(out, new RegExp(`^${stage} +.+ \\(unchanged\\)$`, 'm'));
  });

  await t.test('status tells what serves, since when, on what evidence', async () => {
    const { endpoints } = (await runCommandLine(['status', '--json'], inProject)).json<{
      endpoints: Record<string, { version?: number; verdicts?: string[]; run?: string }>[];
    }>();
    assert.equal(endpoints.length, 1);
    assert.equal(endpoints[0].deployment.version, 1);
    assert.match(endpoints[0].evidence.verdicts?.[0] ?? '', /ROC-AUC.*n = 120/);
    const text = (await runCommandLine(['status'], inProject)).out;
    assert.match(text, /serves +parcels version 1/);
  });

  await t.test('the record can be followed: data, runs, models', async () => {
    const read = async (...argv: string[]) => {
      const outcome = await runCommandLine([...argv, '--json'], inProject);
      assert.equal(outcome.code, 0, `${argv.join(' ')}: ${outcome.out}`);
      const text = await runCommandLine(argv, inProject);
      assert.equal(text.code, 0);
      assert.ok(text.out.length > 0);
      return outcome.json();
    };
    assert.equal(((await read('data', 'list')).versions as unknown[]).length, 1);
    assert.equal((await read('data', 'show')).rows, 400);
    const { runs } = (await read('runs', 'list')) as { runs: { id: string; status: string }[] };
    assert.deepEqual(
      runs.map((run) => run.status),
      ['finished'],
    );
    const run = await read('runs', 'show', runs[0].id);
    assert.equal(run.children, 3);
    assert.ok(Array.isArray((await read('models', 'list')).models));
    const model = (await read('models', 'show')) as { aliases: object; versions: object[] };
    assert.deepEqual(model.aliases, { champion: 1 });
    assert.equal((await read('models', 'verify')).ok, true);
  });

  await t.test('predict answers without a server, and names the field that is wrong', async () => {
    const record = { weight: 29, distance: 950, carrier: 'road' };
    const good = await runCommandLine(['predict', JSON.stringify(record), '--json'], inProject);
    assert.equal(good.code, 0, good.out);
    const [prediction] = good.json<{ predictions: { label: boolean; predictionId: string }[] }>().predictions;
    assert.equal(prediction.label, true);
    assert.match(prediction.predictionId, /^[0-9a-f]{32}/);
    const lines = `${JSON.stringify(record)}\n${JSON.stringify({ ...record, weight: 1 })}\n`;
    const many = await runCommandLine(['predict', '--json'], { ...inProject, input: lines });
    assert.equal(many.json<{ predictions: unknown[] }>().predictions.length, 2);
    const bad = await runCommandLine(['predict', JSON.stringify({ ...record, weight: -1 })], inProject);
    assert.equal(bad.code, 2);
    assert.match(bad.err, /weight/);
    const garbage = await runCommandLine(['predict', '{"weight":'], inProject);
    assert.equal(garbage.code, 2);
    assert.match(garbage.err, /not JSON/);
  });
});

test('a bundle that was lost or altered is packed again, to the same digest', async () => {
  using project = createTinyProject({ trials: 1 });
  const bundle = String(factsOf((await ship(project)).result, 'registry').bundle);
  const folder = join(project.dataFolder, 'bundles', bundle);
  const damages = [
    () => rmSync(folder, { recursive: true }),
    () => appendFileSync(join(folder, 'card.md'), 'better than it is'),
  ];
  for (const damage of damages) {
    damage();
    const { code } = await runCommandLine(['models', 'verify'], { cwd: project.folder });
    assert.notEqual(code, 0);
    assert.equal(factsOf((await ship(project)).result, 'registry').bundle, bundle);
    const mended = await runCommandLine(['models', 'verify'], { cwd: project.folder });
    assert.equal(mended.code, 0, mended.out);
  }
});

test('another search that ends with the very same model leaves the champion as it is', async () => {
  using project = createTinyProject({ trials: 1, seed: 1 });
  const first = await ship(project);
  project.configure({ trials: 1, seed: 2 });
  const again = await ship(project);
  assert.equal(again.code, 0, JSON.stringify(again.result, null, 2));
  assert.notEqual(factsOf(again.result, 'training').run, factsOf(first.result, 'training').run);
  assert.equal(again.result.promoted, true);
  assert.equal(factsOf(again.result, 'registry').version, 1);
});

test('--until stops after a stage, and the rest is done when asked for', async () => {
  using project = createTinyProject();
  const { code, result } = await ship(project, '--until', 'training');
  assert.equal(code, 0);
  assert.deepEqual(
    result.stages.map((report) => report.stage),
    ['data', 'training'],
  );
  const whole = await ship(project);
  assert.deepEqual(
    whole.result.stages.filter((report) => report.unchanged).map((report) => report.stage),
    ['data', 'training'],
  );
});

test('a candidate that fails its gate is registered with its evidence, not promoted: exit code 1', async () => {
  using project = createTinyProject({ gate: IMPOSSIBLE, noise: 0.3 });
  const { code, result } = await ship(project);
  assert.equal(code, 1);
  assert.equal(result.outcome, 'fail');
  assert.equal(result.promoted, false);
  assert.equal(factsOf(result, 'registry').version, 1);
  assert.equal(factsOf(result, 'serving').version, null);
  assert.equal((await ship(project)).code, 1);
  const { code: refused, err } = await runCommandLine(['predict', '{}'], { cwd: project.folder });
  assert.equal(refused, 2);
  assert.match(err, /NOTHING_TO_SERVE/);
});

test('a label nothing can predict leaves the gate undecided: exit code 3', async () => {
  using project = createTinyProject({ noise: 0.5 });
  const { code, result } = await ship(project);
  assert.equal(code, 3, JSON.stringify(result));
  assert.equal(result.promoted, false);
});

test('a new candidate is compared with the champion on the same rows; what people rolled back stays off', async () => {
  using project = createTinyProject({ trials: 1 });
  const inProject = { cwd: project.folder };
  await ship(project);
  project.configure({
    trials: 4,
    seed: 2,
    gate: "{ metric: 'roc-auc', rule: 'no-worse-than', margin: 0.2 }",
  });
  const better = await ship(project);
  assert.equal(better.code, 0, JSON.stringify(better.result));
  const [verdict] = factsOf(better.result, 'evaluation').verdicts as { baseline: { kind: string } }[];
  assert.equal(verdict.baseline.kind, 'champion');
  assert.equal(factsOf(better.result, 'serving').version, 2);

  const back = await runCommandLine(['models', 'rollback', '--reason', 'complaints', '--json'], inProject);
  assert.equal(back.code, 0, back.out);
  const again = await ship(project);
  assert.equal(again.result.promoted, false);
  assert.match(String(factsOf(again.result, 'registry').reason), /complaints/);
  assert.equal(factsOf(again.result, 'serving').version, 1);

  const promoted = await runCommandLine(['models', 'promote', '2', '--reason', 'agreed'], inProject);
  assert.equal(promoted.code, 0, promoted.err);
  assert.equal(factsOf((await ship(project)).result, 'serving').version, 2);
});
