import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommandLine } from '../../src/cli/testing/test-terminal.ts';
import type { Explanation, FairnessReport, Verdict } from '../../src/evaluation/index.ts';
import { spawnCli } from '../e2e/spawn-cli.ts';
import { createTinyProject, type TinyProject } from '../e2e/tiny-project.ts';

const PYTHON = process.env.AIRWORTHY_TEST_PYTHON ?? 'python3';
const FIXTURE = join(import.meta.dirname, '../fixtures/command-trainer/train.py');

function changeConfig({ folder }: TinyProject, change: (text: string) => string): void {
  const config = join(folder, 'airworthy.config.ts');
  writeFileSync(config, change(readFileSync(config, 'utf8')));
}

async function run(folder: string, argv: readonly string[], expected = 0): Promise<string> {
  const { code, out, err } = await runCommandLine(argv, { cwd: folder });
  assert.equal(code, expected, `${argv.join(' ')}: ${out}${err}`);
  return out;
}

async function explain(folder: string, ...options: string[]): Promise<Explanation> {
  return JSON.parse(await run(folder, ['explain', ...options, '--json'])) as Explanation;
}

test('a shipped model is explained in every way, once; the pages read the same; gaps between groups are gated', async () => {
  using project = createTinyProject({
    gate: "{ metric: 'roc-auc', rule: 'better-than' }, { metric: 'accuracy-gap', rule: 'at-most', value: 0.9 }",
  });
  changeConfig(project, (text) =>
    text.replace('gates:', "fairness: { groups: ['carrier'], minimum: 10 }, gates:"),
  );
  const { folder } = project;
  await run(folder, ['ship', '--json']);

  const shap = await explain(folder);
  assert.ok(shap.result.kind === 'shap' && shap.result.residual <= shap.result.tolerance);
  assert.equal(shap.calls.made, 0);
  assert.ok(shap.result.importance.length === 3 && shap.result.importance[0].meanAbsolute > 0);
  assert.deepEqual(await explain(folder), shap);

  const record = '{"weight":29,"distance":950,"carrier":"road"}';
  const own = await explain(folder, '--record', record, '--algorithm', 'exact');
  assert.ok(own.result.kind === 'shap' && own.result.rows[0].row === null);
  for (const method of ['permutation', 'pdp', 'ice', 'ale', 'lime']) {
    const { result, calls } = await explain(folder, '--method', method);
    assert.equal(result.kind, method);
    assert.equal(calls.made, calls.planned);
    assert.match(await run(folder, ['explain', '--method', method]), /version 1, /);
  }
  const costly = ['explain', '--algorithm', 'exact', '--max-calls', '100', '--row', '0'];
  assert.match(
    (await runCommandLine(costly, { cwd: folder })).err,
    /would ask the model for .* predictions; 100 are allowed/,
  );
  await run(folder, ['explain', '--row', '100000'], 2);
  await run(folder, ['explain', 'nobody'], 2);

  const server = spawnCli(['up', '--port', '0'], folder);
  try {
    const [, address] = await server.sees(/(http:\/\/127\.0\.0\.1:\d+)/);
    const api = `${address}/api/v1`;
    const { items } = (await (await fetch(`${api}/explanations?model=parcels`)).json()) as {
      items: { id: string }[];
    };
    assert.ok(items.length >= 7, JSON.stringify(items));
    assert.deepEqual(await (await fetch(`${api}/explanations/${shap.id}`)).json(), shap);
    const body = JSON.stringify({ model: shap.model, rows: [3] });
    const headers = { 'content-type': 'application/json' };
    const posted = await fetch(`${api}/explanations`, { method: 'POST', headers, body });
    assert.equal(posted.status, 200, await posted.clone().text());
    assert.equal((await fetch(`${api}/explanations/none`)).status, 404);
    const version = (await (await fetch(`${api}/models/${shap.model}/versions/1`)).json()) as {
      evaluation: { fairness: FairnessReport };
      verdicts: Verdict[];
    };
    const [{ column, groups, gaps }] = version.evaluation.fairness.tables;
    assert.deepEqual([column, groups.length], ['carrier', 3]);
    assert.ok(gaps.some(({ name, value }) => name === 'accuracy-gap' && value !== null));
    assert.ok(version.verdicts.some(({ metric }) => metric === 'accuracy-gap'));
  } finally {
    server.child.kill('SIGTERM');
    await server.ended;
  }
});

const lacksPython = spawnSync(PYTHON, ['-c', 'import sklearn, onnx']).status !== 0;

test('a model that another program trained is explained by asking it', {
  skip: lacksPython ? `${PYTHON} with sklearn and onnx is not here` : false,
}, async () => {
  using project = createTinyProject();
  copyFileSync(FIXTURE, join(project.folder, 'train.py'));
  const trainer = `{ trainer: command(${JSON.stringify([PYTHON, 'train.py'])}) }`;
  changeConfig(project, (text) =>
    text
      .replace('{ defineProject }', '{ command, defineProject }')
      .replace(/training: .*,\n/, `training: ${trainer},\n`),
  );
  await run(project.folder, ['ship', '--json']);
  const { result, calls } = await explain(project.folder, '--row', '0', '--row', '1');
  assert.ok(result.kind === 'shap' && result.algorithm === 'exact' && result.units === 'probability');
  assert.equal(result.rows.length, 2);
  assert.equal(calls.made, calls.planned);
  const kernel = await explain(project.folder, '--row', '0', '--algorithm', 'kernel');
  assert.ok(kernel.result.kind === 'shap');
  for (const [at, value] of kernel.result.rows[0].values.entries())
    assert.ok(Math.abs(value - result.rows[0].values[at]) < 1e-9);
});
