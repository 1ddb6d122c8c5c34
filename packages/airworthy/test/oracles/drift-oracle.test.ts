import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { jensenShannon } from '../../src/stats/drift/distances.ts';
import { checkDriftOracle, type DriftOracle } from './check-drift-oracle.ts';
import { near } from './check-stats-oracle.ts';

const fixture = join(import.meta.dirname, '../fixtures/drift-oracle.json');
const recorded = JSON.parse(readFileSync(fixture, 'utf8')) as DriftOracle;

describe('src/stats agrees about drift with the recorded answers of scipy and statsmodels', () => {
  checkDriftOracle(recorded);
});

describe('published figures of the breast cancer data, rows 0-299 against the rest', () => {
  const { samples, counts, families } = recorded;
  const [radius] = samples;

  test('Kolmogorov-Smirnov, Wasserstein and Jensen-Shannon of the first column', () => {
    near(radius.ks.statistic, 0.12619578686493182, 1e-12, 'KS');
    near(radius.ks.p, 0.019778774438444398, 1e-9, 'p of KS');
    near(radius.wasserstein, 0.716369541511772, 1e-12, 'Wasserstein');
    near(radius.wasserstein / radius.referenceDeviation, 0.2021427162448077, 1e-12, 'normed Wasserstein');
    assert.deepEqual(radius.counts.current, [35, 31, 39, 34, 22, 28, 22, 16, 12, 30]);
    const distance = jensenShannon(radius.counts.reference, radius.counts.current);
    near(distance, 0.13821556369846197, 1e-12, 'Jensen-Shannon, base 2');
    near(distance * Math.sqrt(Math.LN2), 0.11507200489091501, 1e-12, 'Jensen-Shannon, base e');
    near(distance ** 2, 0.0191, 1e-3, 'Jensen-Shannon divergence in bits');
  });

  test('chi-square of the target, and what many p-values leave standing', () => {
    near(counts[0].chiSquare.statistic, 35.33010970416551, 1e-12, 'chi-square');
    near(counts[0].chiSquare.p, 2.7829620820777315e-9, 1e-9, 'p of chi-square');
    const [columns] = families;
    const below = (p: readonly number[]) => p.filter((each) => each < 0.05).length;
    const bonferroni = columns.p.map((p) => 30 * p);
    assert.deepEqual(
      [columns.p, bonferroni, columns.holm, columns.benjaminiHochberg, columns.benjaminiYekutieli].map(below),
      [20, 11, 12, 20, 12],
    );
  });
});

const IMPORTS = 'import numpy, scipy, sklearn, statsmodels';
const LIVE = 'src/stats agrees about drift with the scipy and statsmodels of this machine';
/** Inputs that the recorded fixture (seed 1) does not have. */
const SEED = '20240301';

if (spawnSync('python3', ['-c', IMPORTS]).status === 0) {
  const script = join(import.meta.dirname, 'make-drift-oracle.py');
  const made = spawnSync('python3', [script, SEED], { encoding: 'utf8', maxBuffer: 1e8 });
  if (made.status !== 0) throw new Error(`make-drift-oracle.py failed: ${made.stderr}`);
  describe(LIVE, () => checkDriftOracle(JSON.parse(made.stdout) as DriftOracle));
} else {
  test(LIVE, { skip: 'python3 with scipy, scikit-learn and statsmodels was not found' });
}
