import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { test } from 'node:test';
import { openApp } from '../../src/app.ts';
import { spawnCli } from '../e2e/spawn-cli.ts';
import { createTinyProject } from '../e2e/tiny-project.ts';

const MILLION = 1_000_000;
/** Less than the labels have as text. */
const HEAP_MB = 64;

test(`a million labels at once, in ${HEAP_MB} MB of heap`, async (t) => {
  using project = createTinyProject({ trials: 1 });
  {
    await using app = await openApp({ folder: project.folder });
    await app.ship();
  }
  const env = { NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}` };
  const { child, output, ended } = spawnCli(['label', '-', '--json'], project.folder, env);
  assert.ok(child.stdin);
  const began = performance.now();
  const bytes = await writeLabels(child.stdin);
  assert.equal(await ended, 0, output.err);
  const seconds = (performance.now() - began) / 1_000;
  t.diagnostic(`${bytes >> 20} MB of text in ${seconds.toFixed(0)} s`);
  assert.ok(bytes > HEAP_MB << 20);
  const { received, waiting } = JSON.parse(output.out) as { received: number; waiting: number };
  assert.deepEqual([received, waiting], [MILLION, MILLION]);
});

async function writeLabels(to: Writable): Promise<number> {
  let bytes = 0;
  const known = Date.now();
  for (let index = 0; index < MILLION; index++) {
    const prediction = index.toString(16).padStart(32, '0');
    const line = `{"prediction":"${prediction}","value":${index % 3 === 0},"knownAt":${known - index}}\n`;
    bytes += line.length;
    if (!to.write(line)) await once(to, 'drain');
  }
  to.end();
  return bytes;
}
