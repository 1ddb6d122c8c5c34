import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveService, serviceFolder } from '../../src/lifecycle/packing/testing/service-folder.ts';
import { testContext } from '../test-context.ts';

const FIELDS = [{ name: 'text', kind: 'category' }];
const GOLDEN = [{ record: { text: 'ok' } }];

test('which record of a request failed is named, however many requests share a run', async () => {
  await using context = testContext();
  using folder = serviceFolder();
  const code = `export const predict = ({ text }) => {
    if (text === 'bad') throw new RangeError('no such word');
    return text === 'odd' ? 7 : text;
  };`;
  await folder.write('f.mjs', code);
  const packed = await folder.pack(context, {
    ...{ name: 'words', runtime: 'function', module: 'f.mjs', fields: FIELDS, golden: GOLDEN },
    output: { type: 'string' },
  });
  await using endpoints = await serveService(context, packed);
  const ask = (...texts: string[]) =>
    endpoints.predict(
      'e',
      texts.map((text) => ({ text })),
    );
  const failing = (message: RegExp) => ({ code: 'RUNTIME_FAILED', message });
  const [good, second, third, alone, odd] = await Promise.allSettled([
    ...[ask('a', 'b'), ask('a', 'bad'), ask('a', 'b', 'bad', 'bad'), ask('bad'), ask('a', 'odd')],
  ]);
  assert.equal(good.status, 'fulfilled');
  const reasons = [second, third, alone, odd].map((each) => (each as PromiseRejectedResult).reason);
  await assert.rejects(Promise.reject(reasons[0]), failing(/words: record 1: RangeError: no such word/));
  await assert.rejects(Promise.reject(reasons[1]), failing(/words: record 2: RangeError/));
  await assert.rejects(Promise.reject(reasons[2]), failing(/words: RangeError/));
  await assert.rejects(Promise.reject(reasons[3]), failing(/its answer to record 1/));
});

const LOOPING = {
  code: "export const predict = ({ text }) => { while (text !== 'ok'); return text; };",
  spec: { runtime: 'function', module: 'f.mjs' },
};
const DEAF = {
  code: `import { createInterface } from 'node:readline';
    setInterval(() => {}, 1_000);
    for await (const line of createInterface({ input: process.stdin })) {
      const { id, records } = JSON.parse(line);
      console.log(JSON.stringify({ id, outputs: records.map(({ text }) => text) }));
    }`,
  spec: { runtime: 'command', command: [process.execPath, 'f.mjs'], files: ['f.mjs'] },
};

const isAlive = (pid: number): boolean => {
  try {
    // A zombie that nobody has waited for has ended all the same.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

test('a function that computes for ever, and a program that ignores its input, end with a server that was killed', {
  skip: process.platform !== 'linux',
}, async () => {
  for (const service of [LOOPING, DEAF]) {
    await using context = testContext();
    using folder = serviceFolder();
    await folder.write('f.mjs', service.code);
    const packed = await folder.pack(context, {
      ...{ name: 'service', fields: FIELDS, golden: GOLDEN, output: { type: 'string' } },
      ...{ ...service.spec, limits: { timeoutMs: 60_000 } },
    });
    await context.store.close();
    const words = [
      join(import.meta.dirname, 'hold-release.ts'),
      context.store.folder,
      JSON.stringify(packed),
    ];
    const server = spawn(process.execPath, ['--conditions=development', ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(createInterface(server.stdout), 'line');
    const pids = JSON.parse(line) as number[];
    assert.ok(pids.length > 0 && pids.every(isAlive), line);
    server.kill('SIGKILL');
    await once(server, 'exit');
    const deadline = performance.now() + 5_000;
    while (pids.some(isAlive) && performance.now() < deadline) await sleep(20);
    assert.deepEqual(pids.filter(isAlive), []);
  }
});
