import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type CommandOutcome, runCommandLine } from '../../src/cli/testing/test-terminal.ts';
import { createTinyProject } from '../e2e/tiny-project.ts';

test('a full disk: a clear error, reads go on, and with room again the same command succeeds', async (t) => {
  using disk = mountSmallDisk(32);
  if (!disk) {
    t.skip('needs the right to mount a tmpfs');
    return;
  }
  using project = createTinyProject();
  const run = (...argv: string[]) =>
    runCommandLine([...argv, '--json', '--data', join(disk.folder, 'data')], { cwd: project.folder });
  expectOk(await run('ship'));

  let refused = 0;
  const filler = join(disk.folder, 'filler');
  const roomsLeft = [0, 16, 64, 128, 256, 512, 1024];
  for (const [index, kilobytes] of roomsLeft.entries()) {
    fill(filler, disk.folder, kilobytes);
    project.configure({ seed: 100 + index, rows: 4000 + index, gate: NO_WORSE });
    const full = await run('ship');
    if (full.code !== 0) {
      refused += 1;
      assert.equal(full.json<{ error: { code: string } }>().error.code, 'DISK_FULL', full.out);
      assert.equal(full.code, 4);
    }
    for (const read of [
      ['status'],
      ['data', 'list'],
      ['runs', 'list'],
      ['models', 'show'],
      ['models', 'verify'],
    ]) {
      const outcome = await run(...read);
      assert.equal(outcome.code, 0, `${kilobytes} KB left, ${read.join(' ')}: ${outcome.out} ${outcome.err}`);
    }
    rmSync(filler);
    expectOk(await run('ship'));
    expectOk(await run('models', 'verify'));
  }
  assert.ok(refused >= 3, `the disk was full in ${refused} rounds only`);
});

test('a disk too small to begin with: a clear error, and nothing half-made', async (t) => {
  using disk = mountSmallDisk(1);
  if (!disk) {
    t.skip('needs the right to mount a tmpfs');
    return;
  }
  using project = createTinyProject({ rows: 20_000 });
  const run = (...argv: string[]) =>
    runCommandLine([...argv, '--json', '--data', join(disk.folder, 'data')], { cwd: project.folder });
  const full = await run('ship');
  assert.equal(full.code, 4, full.out);
  assert.equal(full.json<{ error: { code: string } }>().error.code, 'DISK_FULL');
});

const NO_WORSE = "{ metric: 'roc-auc', rule: 'no-worse-than', margin: 0.2 }";

function expectOk(outcome: CommandOutcome): void {
  assert.equal(outcome.code, 0, outcome.out + outcome.err);
}

/** Leaves so many KB of the disk free. */
function fill(path: string, disk: string, kilobytes: number): void {
  const { bavail, bsize } = statfsSync(disk);
  const bytes = Math.max(0, bavail * bsize - kilobytes * 1024);
  writeFileSync(path, Buffer.alloc(bytes));
}

/** A tmpfs of so many MB; undefined where this process may not mount one. */
function mountSmallDisk(megabytes: number): ({ folder: string } & Disposable) | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-disk-'));
  mkdirSync(folder, { recursive: true });
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
  if (status !== 0) {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  return {
    folder,
    [Symbol.dispose]() {
      spawnSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
