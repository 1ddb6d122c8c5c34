import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { createWalSync } from './wal-sync.ts';

function scratchFolder() {
  const path = mkdtempSync(join(tmpdir(), 'airworthy-wal-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

test('a thread that cannot copy the log keeps nobody from writing, nor from closing', async () => {
  using folder = scratchFolder();
  const path = join(folder.path, 'airworthy.db');
  // No database can be opened there.
  mkdirSync(path);
  writeFileSync(`${path}-wal`, 'log');
  const walSync = createWalSync(path);
  for (let commit = 0; commit < 130; commit++) await walSync.synced();
  await new Promise((settle) => setTimeout(settle, 200));
  for (let commit = 0; commit < 64; commit++) await walSync.synced();
  await walSync.close();
});

test('after a sync that failed none succeeds', async () => {
  using folder = scratchFolder();
  const path = join(folder.path, 'airworthy.db');
  symlinkSync('/dev/null', `${path}-wal`);
  const walSync = createWalSync(path);
  await assert.rejects(walSync.synced(), { code: 'EINVAL' });
  await assert.rejects(walSync.synced(), { code: 'EINVAL' });
  await walSync.close();
});
