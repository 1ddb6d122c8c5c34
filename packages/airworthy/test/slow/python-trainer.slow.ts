import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommandLine } from '../../src/cli/testing/test-terminal.ts';
import type { ShipResult } from '../../src/lifecycle/ship.ts';
import { createTinyProject } from '../e2e/tiny-project.ts';

/** The interpreter may be another than `python3`: AIRWORTHY_TEST_PYTHON. */
const PYTHON = process.env.AIRWORTHY_TEST_PYTHON ?? 'python3';
const FIXTURE = join(import.meta.dirname, '../fixtures/command-trainer/train.py');
const PAGE = join(import.meta.dirname, '../../../../docs/stages/training.md');

/** Why a test cannot run here; false where it can. */
function lacking(...packages: string[]): string | false {
  const { status } = spawnSync(PYTHON, ['-c', `import ${packages.join(', ')}`]);
  return status === 0 ? false : `${PYTHON} with ${packages.join(', ')} is not here`;
}

async function ship(folder: string): Promise<ShipResult> {
  const { code, out } = await runCommandLine(['ship', '--json'], { cwd: folder });
  assert.equal(code, 0, out);
  return JSON.parse(out);
}

async function verify(folder: string): Promise<void> {
  const { code, out } = await runCommandLine(['models', 'verify'], { cwd: folder });
  assert.equal(code, 0, out);
}

test('scikit-learn trains, its graph is served, and training again changes nothing', {
  skip: lacking('sklearn', 'onnx'),
}, async () => {
  using project = createTinyProject();
  copyFileSync(FIXTURE, join(project.folder, 'train.py'));
  const config = join(project.folder, 'airworthy.config.ts');
  const trainer = `{ trainer: command(${JSON.stringify([PYTHON, 'train.py'])}) }`;
  const text = readFileSync(config, 'utf8')
    .replace('{ defineProject }', '{ command, defineProject }')
    .replace(/training: .*,\n/, `training: ${trainer},\n`);
  writeFileSync(config, text);
  const { promoted, stages } = await ship(project.folder);
  assert.equal(promoted, true, JSON.stringify(stages));
  const { metrics } = stages[1].facts as { metrics: { accuracy: number } };
  assert.ok(metrics.accuracy > 0.6);
  await verify(project.folder);
  const record = JSON.stringify({ weight: 29, distance: 950, carrier: 'road' });
  const { out } = await runCommandLine(['predict', record, '--json'], { cwd: project.folder });
  assert.equal(JSON.parse(out).predictions[0].label, true, out);
  // Trained anew in another data folder, it is the same model to the last byte.
  rmSync(project.dataFolder, { recursive: true });
  const again = await ship(project.folder);
  assert.equal(again.stages[1].facts.digest, stages[1].facts.digest);
});

test('the Python program of the training page works', {
  skip: lacking('sklearn', 'skl2onnx', 'pandas'),
}, async (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'airworthy-python-'));
  t.after(() => rmSync(parent, { recursive: true, force: true }));
  assert.equal((await runCommandLine(['init', 'penguins'], { cwd: parent })).code, 0);
  const folder = join(parent, 'penguins');
  const page = readFileSync(PAGE, 'utf8');
  const block = (pattern: RegExp) => pattern.exec(page)?.[1] ?? assert.fail(`${PAGE}: ${pattern}`);
  writeFileSync(join(folder, 'train.py'), block(/^```python\n([\s\S]*?)^```$/m));
  const config = block(/^```ts\n(\/\/ airworthy\.config\.ts\nimport \{ command,[\s\S]*?)^```$/m);
  const trainer = `command(${JSON.stringify([PYTHON, 'train.py'])})`;
  writeFileSync(join(folder, 'airworthy.config.ts'), config.replace(/command\('node.*\}\)/, trainer));
  assert.equal((await ship(folder)).promoted, true);
  await verify(folder);
});
