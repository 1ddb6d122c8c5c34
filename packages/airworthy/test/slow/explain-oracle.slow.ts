import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { checkExplainOracle, type ExplainOracle } from '../oracles/check-explain-oracle.ts';

/** Inputs that the recorded fixture (seed 1) does not have. */
const SEEDS = ['20240301', '7', '11'];
const LIVE = 'explanations agree with the shap, scikit-learn and fairlearn of this machine';

const python = process.env.AIRWORTHY_TEST_EVALUATION_PYTHON ?? 'python3';

if (spawnSync(python, ['-c', 'import shap, sklearn, fairlearn']).status === 0) {
  for (const seed of SEEDS) {
    const script = join(import.meta.dirname, '../oracles/make-explain-oracle.py');
    const made = spawnSync(python, [script, seed, 'random'], { encoding: 'utf8', maxBuffer: 1e8 });
    if (made.status !== 0) throw new Error(`make-explain-oracle.py failed: ${made.stderr}`);
    describe(`${LIVE}, seed ${seed}`, () => checkExplainOracle(JSON.parse(made.stdout) as ExplainOracle));
  }
} else {
  test(LIVE, {
    skip: 'AIRWORTHY_TEST_EVALUATION_PYTHON names no Python with shap, scikit-learn and fairlearn',
  });
}
