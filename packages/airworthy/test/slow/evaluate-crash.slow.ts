import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { SuiteReport } from '../../src/evaluation/index.ts';
import { createRandom } from '../../src/stats/random.ts';
import { BIN } from '../e2e/spawn-cli.ts';

const SUITE = `import { defineEval } from 'airworthy/evaluation';
const later = (value) => new Promise((settle) => setTimeout(settle, 4, value));
export default defineEval({
  name: 'crash', concurrency: 8, trials: 2, limits: { errorRate: 0.5 },
  dataset: Array.from({ length: 600 }, (_, i) => ({
    id: 'c' + i, input: i, expected: i % 7 ? i : -1, cluster: 'k' + (i % 60), metadata: { lang: i % 3 ? 'de' : 'en' },
  })),
  tasks: {
    a: (x: number) => later(x),
    b: async (x: number) => { if (x % 50 === 3) throw new Error('boom'); return later(x % 9 ? x : -1); },
  },
  scorers: ['exact'],
  slices: ['lang'],
  gates: [{ metric: 'exact', rule: 'at-least', value: 0.7 }, { metric: 'exact', rule: 'no-worse-than', margin: 0.3 }],
});
`;

/** A project folder of its own: ids follow from content, so two folders of one name have the same. */
function project(): { folder: string; [Symbol.dispose](): void } {
  const parent = mkdtempSync(join(tmpdir(), 'airworthy-crash-'));
  const folder = join(parent);
  writeFileSync(join(folder, 'airworthy.config.ts'), "export default { name: 'crash' };\n");
  writeFileSync(join(folder, 'crash.eval.ts'), SUITE);
  return { folder, [Symbol.dispose]: () => rmSync(parent, { recursive: true, force: true }) };
}

function start(cwd: string): { child: ChildProcess; ended: Promise<{ code: number | null; out: string }> } {
  const child = spawn(process.execPath, [BIN, 'evaluate', '--json'], {
    cwd,
    env: { ...process.env, AIRWORTHY_DATA: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  return { child, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, out })) };
}

/** Without what time it took. */
function timeless(report: SuiteReport): unknown {
  return JSON.parse(
    JSON.stringify(report, (key, value) =>
      key === 'startedAt' || key === 'endedAt' || key === 'latencyMs' ? undefined : value,
    ),
  );
}

test('killed at any moment and run again, an evaluation reports what an uninterrupted one does', async () => {
  using whole = project();
  const reference = await start(whole.folder).ended;
  assert.ok(reference.code !== null && reference.code < 4, `${reference.code}: ${reference.out}`);
  const random = createRandom('kill');
  for (let round = 0; round < 4; round++) {
    using broken = project();
    for (let kills = 0; kills < 3; kills++) {
      const { child, ended } = start(broken.folder);
      await Promise.race([ended, pause(250 + random.integer(1_000))]);
      child.kill('SIGKILL');
      await ended;
    }
    const { code, out } = await start(broken.folder).ended;
    assert.equal(code, reference.code);
    const [got, expected] = [JSON.parse(out), JSON.parse(reference.out)] as [SuiteReport, SuiteReport];
    // Where three kills came too late, the last run was a second evaluation.
    if (got.number === 1) assert.deepEqual(timeless(got), timeless(expected));
  }
});

test('Ctrl-C ends it cleanly with 130, and the same command goes on', async () => {
  using folder = project();
  const { child, ended } = start(folder.folder);
  await pause(1_200);
  child.kill('SIGINT');
  assert.equal((await ended).code, 130);
  const { out } = await start(folder.folder).ended;
  assert.equal((JSON.parse(out) as SuiteReport).number, 1);
});
