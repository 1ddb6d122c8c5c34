import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { checkStatsOracle, type StatsOracle } from './check-stats-oracle.ts';

const IMPORTS =
  'import numpy, scipy, sklearn; assert tuple(map(int, sklearn.__version__.split(".")[:2])) >= (1, 7)';
const found = spawnSync('python3', ['-c', IMPORTS]).status === 0;

/** Inputs that the recorded fixture (seed 1) does not have. */
const SEED = '20240229';

if (found) {
  const script = join(import.meta.dirname, 'make-stats-oracle.py');
  const made = spawnSync('python3', [script, SEED], { encoding: 'utf8', maxBuffer: 1e8 });
  if (made.status !== 0) throw new Error(`make-stats-oracle.py failed: ${made.stderr}`);
  describe('src/stats agrees with the scipy and scikit-learn of this machine', () => {
    checkStatsOracle(JSON.parse(made.stdout) as StatsOracle);
  });
} else {
  test('src/stats agrees with the scipy and scikit-learn of this machine', {
    skip: 'python3 with scikit-learn 1.7 or newer was not found',
  });
}
