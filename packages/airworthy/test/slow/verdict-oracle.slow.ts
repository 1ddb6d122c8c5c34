import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { checkVerdictOracle, type VerdictOracle } from '../oracles/check-verdict-oracle.ts';

/** A Python with scipy, statsmodels and krippendorff. */
const PYTHON = process.env.AIRWORTHY_TEST_EVALUATION_PYTHON;
/** Inputs that the recorded fixture (seed 1) does not have. */
const SEEDS = [2, 3, 5, 8];

if (PYTHON) {
  const script = join(import.meta.dirname, '../oracles/make-verdict-oracle.py');
  for (const seed of SEEDS) {
    const made = spawnSync(PYTHON, [script, String(seed)], { encoding: 'utf8', maxBuffer: 1e8 });
    if (made.status !== 0) throw new Error(`make-verdict-oracle.py failed: ${made.stderr}`);
    describe(`what verdicts rest on agrees with scipy, statsmodels and krippendorff, seed ${seed}`, () => {
      checkVerdictOracle(JSON.parse(made.stdout) as VerdictOracle);
    });
  }
} else {
  test('what verdicts rest on agrees with scipy, statsmodels and krippendorff', {
    skip: 'AIRWORTHY_TEST_EVALUATION_PYTHON names no Python',
  });
}
