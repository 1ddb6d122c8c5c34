import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

// A data folder of its own, so that a test neither sees nor changes what serves.
const dataFolder = mkdtempSync(join(tmpdir(), 'project-test-'));
after(() => rmSync(dataFolder, { recursive: true, force: true }));

/** Runs a command of the project (npm puts it on the path) and returns what it prints. */
function airworthy(...args) {
  const line = [...args, '--data', dataFolder, '--json'];
  return JSON.parse(
    execFileSync('airworthy', line, { encoding: 'utf8', shell: process.platform === 'win32' }),
  );
}

test('the data keeps its rules', () => {
  const { findings } = airworthy('data', 'check');
  assert.deepEqual(
    findings.filter((finding) => finding.severity === 'error'),
    [],
  );
});

test('a heavy penguin is weighed heavier than a light one', () => {
  assert.equal(airworthy('ship').outcome, 'pass');
  const weigh = (record) => airworthy('predict', JSON.stringify(record)).predictions[0].value;
  const gentoo = weigh({
    species: 'Gentoo',
    island: 'Biscoe',
    bill_length_mm: 48.7,
    bill_depth_mm: 15.7,
    flipper_length_mm: 220,
    sex: 'male',
  });
  const adelie = weigh({
    species: 'Adelie',
    island: 'Dream',
    bill_length_mm: 37.3,
    bill_depth_mm: 16.8,
    flipper_length_mm: 185,
    sex: 'female',
  });
  assert.ok(gentoo > adelie + 1000, `${gentoo} g and ${adelie} g`);
});
