import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cliPage } from '../../../scripts/cli-page.ts';
import { configPage } from '../../../scripts/config-page.ts';

const readPage = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../../docs/reference', name), 'utf8');

test('docs/reference/config.md says what the schemas say (else: npm run docs:reference)', () => {
  assert.equal(readPage('config.md'), configPage());
});

test('docs/reference/cli.md says what the commands say (else: npm run docs:reference)', async () => {
  assert.equal(readPage('cli.md'), await cliPage());
});

test('every key of the configuration says what it means', () => {
  const page = configPage();
  const keys = page.match(/^\| `[^'`]+` \|.*\| {2}\|$/gm) ?? [];
  const keysOfRules = page.match(/`\w+` \([^)]*\): (?=<br>| \|)/g) ?? [];
  assert.deepEqual([...keys, ...keysOfRules], []);
});
