import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { SuiteReport } from 'airworthy/evaluation';
import { PROJECT, runAirworthy } from '../../src/journey/run-airworthy.ts';

const TAGGER = join(PROJECT, 'models/tagger.json');
const skip = existsSync(TAGGER)
  ? false
  : `${TAGGER} is not here; npm run story:assistant -- --only journey --train python3`;

/** What a suite says of the tagger; `passes` are the exit codes that will do. */
async function judge(suite: string, passes: readonly number[]): Promise<SuiteReport> {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-suites-'));
  try {
    const path = join(folder, 'report.json');
    await runAirworthy(['evaluate', suite, '--output', path], {
      dataFolder: join(folder, 'records'),
      env: { ASSISTANT_PLANNER: 'R9' },
      accepts: passes,
    });
    return JSON.parse(readFileSync(path, 'utf8')) as SuiteReport;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('the packed tagger gets every must-pass command right', { skip }, async () => {
  const { verdicts } = await judge('must-pass', [0]);
  assert.ok(verdicts.every(({ outcome }) => outcome === 'pass'));
});

test('the quick suite answers within half a minute', { skip }, async () => {
  const started = performance.now();
  await judge('quick', [0, 3]);
  assert.ok(performance.now() - started < 30_000);
});

test('the packed tagger: 95 % on new values in known wordings, by the whole interval', { skip }, async () => {
  const { verdicts } = await judge('full', [0, 1, 3]);
  const [values] = verdicts.filter(({ gate }) => gate === 'new values in known wordings');
  assert.equal(values.outcome, 'pass', values.sentence);
});
