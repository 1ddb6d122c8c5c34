import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openApp } from '../../src/app.ts';
import { listCases, listEvaluations, readReport } from '../../src/evaluation/index.ts';
import { BIN } from '../e2e/spawn-cli.ts';

const SUITE = `import { defineEval } from 'airworthy/evaluation';
const n = Number(process.env.CASES);
export default defineEval({
  name: 'scale', concurrency: 64,
  dataset: function* () {
    for (let i = 0; i < n; i++) yield { id: 'c' + i, input: { question: 'number ' + i }, expected: i % 10 ? 'right' : 'other', metadata: { lang: i % 2 ? 'de' : 'en' } };
  },
  task: async () => 'right',
  scorers: ['exact'],
  slices: ['lang'],
  gates: [{ metric: 'exact', rule: 'at-least', value: 0.8 }],
});
process.on('exit', () => console.error('PEAK ' + process.resourceUsage().maxRSS));
`;

/** Evaluates so many cases in a process of its own; megabytes at most. */
async function peakOf(folder: string, cases: number): Promise<number> {
  const child = spawn(process.execPath, [BIN, 'evaluate', '--json'], {
    cwd: folder,
    env: { ...process.env, AIRWORTHY_DATA: '', CASES: String(cases) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const [code] = await once(child, 'close');
  assert.equal(code, 0, err);
  return Number(/PEAK (\d+)/.exec(err)?.[1]) / 1_024;
}

test('memory does not grow with the number of cases, and 100,000 are listed at once', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-scale-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'airworthy.config.ts'), "export default { name: 'scale' };\n");
  writeFileSync(join(folder, 'scale.eval.ts'), SUITE);
  const small = await peakOf(folder, 10_000);
  const large = await peakOf(folder, 100_000);
  t.diagnostic(`${small.toFixed(0)} MB at 10,000 cases, ${large.toFixed(0)} MB at 100,000`);
  // What is measured on all cases at once: a few numbers each.
  assert.ok(large < small + 60, `${small} MB, then ${large} MB`);

  await using app = await openApp({ folder });
  const [newest] = await listEvaluations(app.context, { suite: 'scale', limit: 1 });
  assert.equal(newest.cases, 100_000);
  for (const asked of [
    {},
    { show: 'failed' as const },
    { show: 'errors' as const },
    { slice: 'lang=de', text: '9999' },
    { after: 99_000 },
  ]) {
    const began = performance.now();
    await listCases(app.context, newest.id, { limit: 100, ...asked });
    const took = performance.now() - began;
    t.diagnostic(`${JSON.stringify(asked)}: ${took.toFixed(0)} ms`);
    assert.ok(took < 1_000, `${JSON.stringify(asked)} took ${took} ms`);
  }
  const began = performance.now();
  await readReport(app.context, newest.id);
  assert.ok(performance.now() - began < 300);
});
