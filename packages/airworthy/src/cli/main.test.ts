import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { COMMANDS } from './command-table.ts';
import { runCommandLine } from './testing/test-terminal.ts';

test('--help lists every command, and each has its own with examples and exit codes', async () => {
  const { code, out } = await runCommandLine(['--help']);
  assert.equal(code, 0);
  for (const [name, { load }] of Object.entries(COMMANDS)) {
    assert.match(out, new RegExp(`^  ${name} `, 'm'));
    const command = await load();
    const lines = 'commands' in command ? command.commands.map((each) => [name, each.usage]) : [[name]];
    for (const [first, second] of lines) {
      const argv = [first, ...(second === undefined ? [] : [second.split(' ')[0]]), '--help'];
      const help = await runCommandLine(argv);
      assert.equal(help.code, 0, argv.join(' '));
      for (const part of ['Examples:', 'Exit codes:', '--json', '--data', '--verbose'])
        assert.ok(help.out.includes(part), `${argv.join(' ')}: ${part}`);
    }
  }
});

test('the version is the package’s', async () => {
  const { code, out } = await runCommandLine(['--version']);
  assert.equal(code, 0);
  assert.match(out, /^\d+\.\d+\.\d+$/);
});

test('a mistyped command or option is refused with the nearest name, exit code 2', async () => {
  const command = await runCommandLine(['shp']);
  assert.equal(command.code, 2);
  assert.match(command.err, /BAD_ARGUMENT.*did you mean "ship"\?/);
  const option = await runCommandLine(['ship', '--jsn']);
  assert.equal(option.code, 2);
  assert.match(option.err, /--jsn.*--json/);
  const choice = await runCommandLine(['ship', '--until', 'lunch']);
  assert.equal(choice.code, 2);
  assert.match(choice.err, /data, training, evaluation, registry, serving/);
  const group = await runCommandLine(['models']);
  assert.equal(group.code, 2);
  assert.match(group.err, /promote/);
});

test('with --json an error is one JSON value on standard output, and nothing else is there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-cli-'));
  try {
    const outcome = await runCommandLine(['status', '--json'], { cwd: folder });
    assert.equal(outcome.code, 2);
    assert.equal(outcome.err, '');
    const { error } = outcome.json<{ error: Record<string, unknown> }>();
    assert.equal(error.code, 'CONFIG_NOT_FOUND');
    assert.equal(typeof error.remedy, 'string');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('doctor finds the required things here and reports the optional ones', async () => {
  const outcome = await runCommandLine(['doctor', '--json']);
  assert.equal(outcome.code, 0);
  const { checks } = outcome.json<{ checks: { name: string; required: boolean; found: string | null }[] }>();
  for (const check of checks.filter((each) => each.required)) assert.ok(check.found, check.name);
  assert.ok(checks.some((check) => check.name === 'onnxruntime-node'));
  const text = await runCommandLine(['doctor']);
  assert.match(text.out, /^ok\s+Node\s+v24/m);
});
