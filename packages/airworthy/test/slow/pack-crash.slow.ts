import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { verifyBundle } from '../../src/registry/index.ts';
import { testContext } from '../test-context.ts';

const ROUNDS = 30;
const PACKER = join(import.meta.dirname, '../../src/registry/testing/pack-in-process.ts');

/** Packs in a process of its own, killed after so many milliseconds; the digest where it got to the end. */
async function pack(folder: string, number: number, killAfter?: number): Promise<string | undefined> {
  const child = spawn(process.execPath, ['--conditions=development', PACKER, 'pack', folder, String(number)]);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
  await new Promise((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  return output.trim() || undefined;
}

test('killed at any moment, packing leaves no half bundle, and ends as if it had not been', async () => {
  await using crashed = testContext();
  await using calm = testContext();
  const started = performance.now();
  await pack(crashed.store.folder, 0);
  const whole = performance.now() - started;
  cpSync(join(crashed.store.folder, 'keys'), join(calm.store.folder, 'keys'), { recursive: true });
  for (let round = 1; round <= ROUNDS; round++) {
    const acknowledged = await pack(crashed.store.folder, round, (whole * round) / ROUNDS);
    const placed = readdirSync(join(crashed.store.folder, 'bundles'));
    const rows = await crashed.store.database.sql.selectFrom('bundle').select('digest').execute();
    for (const { digest } of rows) assert.ok(placed.includes(digest), `${digest} is on record only`);
    if (acknowledged) assert.ok(rows.some((row) => row.digest === acknowledged));
  }
  for (let round = 1; round <= ROUNDS; round += 6) {
    assert.equal(await pack(crashed.store.folder, round), await pack(calm.store.folder, round));
  }
  const scratch = join(crashed.store.folder, 'scratch');
  assert.deepEqual(readdirSync(scratch), []);
  for (const digest of readdirSync(join(crashed.store.folder, 'bundles'))) {
    assert.equal((await verifyBundle(crashed, digest)).ok, true, digest);
  }
});
