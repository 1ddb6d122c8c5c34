import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { EvaluationReport, SuiteReport } from '../../src/evaluation/index.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const EXAMPLE = join(ROOT, 'examples/flight-delays');
const PARTS = ['airworthy.config.ts', 'flights.eval.yaml', 'package.json', 'README.md'];
/** Held-back flights of January in the sample of a tenth. */
const FLIGHTS = 10_196;

test('the flight model’s full report: every command that its README shows', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-report-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const part of PARTS) cpSync(join(EXAMPLE, part), join(folder, part));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const env = { ...process.env, AIRWORTHY_DATA: '', NODE_TEST_CONTEXT: undefined };
  const shell = (line: string) => execFileSync('sh', ['-c', line], { cwd: folder, env, encoding: 'utf8' });
  shell('npx airworthy ship');

  const section = /^## The full report\n([\s\S]*?)^## /m.exec(
    readFileSync(join(EXAMPLE, 'README.md'), 'utf8'),
  );
  const lines = [...(section?.[1] ?? '').matchAll(/^ {4}(npx .*)$/gm)].map(([, line]) => line);
  assert.equal(lines.length, 4);
  const [evaluated, ...explained] = lines.map(shell);
  assert.match(evaluated, /flights 1 {2}10,196 cases\n {2}pass {2}Pass: late\/roc-auc is 0\.6/);
  assert.match(readFileSync(join(folder, 'report.html'), 'utf8'), /origin=ORD/);
  for (const answer of explained) assert.match(answer, /^date .*[\s\S]*^origin /m);

  const began = performance.now();
  const report = JSON.parse(shell('npx airworthy evaluate flights --json')) as SuiteReport;
  t.diagnostic(`${FLIGHTS} flights judged in ${((performance.now() - began) / 1_000).toFixed(1)} s`);
  assert.equal(report.outcome, 'pass');
  assert.ok(report.tasks[0].slices.filter(({ column }) => column === 'origin').length >= 50);

  const { stages } = JSON.parse(shell('npx airworthy ship --json')) as {
    stages: { stage: string; facts: { metrics: EvaluationReport['metrics'] } }[];
  };
  const measured = stages
    .find(({ stage }) => stage === 'evaluation')
    ?.facts.metrics.find(({ name }) => name === 'roc-auc');
  const ours = report.tasks[0].metrics.find(({ name }) => name === 'late/roc-auc');
  assert.ok(Math.abs((measured?.value ?? 0) - (ours?.value ?? 1)) < 1e-12);
});
