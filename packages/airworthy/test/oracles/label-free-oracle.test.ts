import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { estimatePerformance } from '../../src/stats/label-free/estimate-performance.ts';
import { fitIsotonic } from '../../src/stats/label-free/isotonic.ts';
import { checkLabelFreeOracle, type LabelFreeSample, scoreBinsOf } from './check-label-free-oracle.ts';

const fixture = join(import.meta.dirname, '../fixtures/label-free-oracle.json');
const recorded = JSON.parse(readFileSync(fixture, 'utf8')) as LabelFreeSample[];

describe('src/stats/label-free agrees with the recorded answers of scikit-learn', () => {
  checkLabelFreeOracle(recorded);
});

/**
 * Rows 300-433 of the breast cancer data as reference, 434-568 as later rows; a logistic regression of rows 0-299, whose
 * coefficients differ from one release of its solver to the next by 1e-6.
 */
test('published figures of the breast cancer data: estimated and true', () => {
  const { reference, y, later, expected, realised } = recorded[0];
  const published = {
    accuracy: [0.9574441627, 0.962962963],
    f1: [0.9715232747, 0.9751243781],
    'roc-auc': [0.999441365, 0.9993932039],
  };
  const map = fitIsotonic(Float64Array.from(reference), y);
  const ours = estimatePerformance(scoreBinsOf(later), { kind: 'binary' }, map, []);
  for (const [metric, [estimate, truth]] of Object.entries(published)) {
    assert.ok(Math.abs(expected[metric] - estimate) < 1e-6, `${metric}: ${expected[metric]}`);
    assert.ok(Math.abs((realised?.[metric] ?? Number.NaN) - truth) < 1e-9, metric);
    const found = ours.find((each) => each.metric === metric);
    assert.ok(Math.abs((found?.value ?? Number.NaN) - estimate) < 1e-5, `${metric}: ${found?.value}`);
    assert.ok(found && (found.low ?? 1) < truth && truth < (found.high ?? 0), metric);
  }
});

const IMPORTS = 'import numpy, sklearn; assert tuple(map(int, sklearn.__version__.split(".")[:2])) >= (1, 7)';
const LIVE = 'src/stats/label-free agrees with the scikit-learn of this machine';
/** Inputs that the recorded fixture (seed 1) does not have. */
const SEED = '20240302';

if (spawnSync('python3', ['-c', IMPORTS]).status === 0) {
  const script = join(import.meta.dirname, 'make-label-free-oracle.py');
  const made = spawnSync('python3', [script, SEED], { encoding: 'utf8', maxBuffer: 1e8 });
  if (made.status !== 0) throw new Error(`make-label-free-oracle.py failed: ${made.stderr}`);
  describe(LIVE, () => checkLabelFreeOracle(JSON.parse(made.stdout) as LabelFreeSample[]));
} else {
  test(LIVE, { skip: 'python3 with scikit-learn 1.7 or newer was not found' });
}
