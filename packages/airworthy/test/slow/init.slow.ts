import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { BIN } from '../e2e/spawn-cli.ts';

test('a project made by init installs, and its first test passes', (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'airworthy-first-test-'));
  t.after(() => rmSync(parent, { recursive: true, force: true }));
  const folder = join(parent, 'penguins');
  const steps: [cwd: string, program: string, ...args: string[]][] = [
    [parent, process.execPath, BIN, 'init', 'penguins'],
    [folder, 'npm', 'install', '--no-audit', '--no-fund', '--offline'],
    [folder, 'npm', 'test'],
  ];
  for (const [cwd, program, ...args] of steps) {
    // A test runner within a test runner would report to the outer one.
    const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
    const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8' });
    assert.equal(status, 0, `${args.join(' ')}\n${stdout}\n${stderr}`);
  }
});
