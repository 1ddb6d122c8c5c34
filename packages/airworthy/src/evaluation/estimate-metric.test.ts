import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { metricsFor } from '../stats/metric-catalogue.ts';
import { binaryOutcomes, multiclassOutcomes, type Outcomes, regressionOutcomes } from '../stats/outcomes.ts';
import { createRandom } from '../stats/random.ts';
import { compareMetric } from './compare-metric.ts';
import { estimateMetric } from './estimate-metric.ts';

const probability = fc.constantFrom(0, 0.2, 0.2, 0.5, 0.8, 1);
const outcomes: fc.Arbitrary<Outcomes> = fc.oneof(
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: 1 }), probability), { minLength: 1, maxLength: 12 })
    .map((rows) =>
      binaryOutcomes(
        Uint8Array.from(rows, ([y]) => y),
        Float64Array.from(rows, ([, p]) => p),
      ),
    ),
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: 2 }), probability), { minLength: 1, maxLength: 12 })
    .map((rows) =>
      multiclassOutcomes(
        Int32Array.from(rows, ([y]) => y),
        Float64Array.from(rows.flatMap(([, p]) => [p, (1 - p) / 4, (3 * (1 - p)) / 4])),
        3,
      ),
    ),
  fc
    .array(fc.tuple(fc.constantFrom(0, 1, 1, 5), fc.constantFrom(0, 1, 1, 4.5)), {
      minLength: 1,
      maxLength: 12,
    })
    .map((rows) =>
      regressionOutcomes(
        Float64Array.from(rows, ([y]) => y),
        Float64Array.from(rows, ([, p]) => p),
      ),
    ),
);

test('every metric of any data has an interval with a width around its value, or says why not', () => {
  fc.assert(
    fc.property(outcomes, (data) => {
      for (const metric of metricsFor(data.kind)) {
        const { value, low, high, reason } = estimateMetric(metric, data);
        const what = `${metric}: ${value} in ${low} … ${high} (${reason})`;
        if (value === null || low === null || high === null) {
          assert.ok(reason, what);
          continue;
        }
        assert.ok(low < high && [value, low, high].every(Number.isFinite), what);
        // The ends of a bias-corrected interval may fall short of an extreme value by rounding.
        if (metric !== 'r2') assert.ok(low <= value + 1e-9 && value <= high + 1e-9, what);
      }
    }),
    { numRuns: 40 },
  );
});

test('a model compared with itself is never better, worse, or certain to be the same', () => {
  fc.assert(
    fc.property(outcomes, (data) => {
      for (const metric of metricsFor(data.kind)) {
        const { improvement, low, high, undefinedBecause } = compareMetric(metric, data, data);
        if (undefinedBecause !== undefined) continue;
        assert.equal(Math.abs(improvement), 0);
        assert.ok(
          low <= 0 && high >= 0 && (low < high || !Number.isFinite(low)),
          `${metric}: ${low} … ${high}`,
        );
      }
    }),
    { numRuns: 40 },
  );
});

/** Two models of the same rows, one with more noise than the other. */
function pair(kind: Outcomes['kind'], n: number): [Outcomes, Outcomes] {
  const random = createRandom(`${kind} ${n}`);
  const y = Array.from({ length: n }, () => random.integer(kind === 'binary' ? 2 : 3));
  const noisy = (noise: number) => {
    if (kind === 'regression') {
      return regressionOutcomes(
        Float64Array.from(y),
        Float64Array.from(y, (truth) => truth + noise * random.normal()),
      );
    }
    if (kind === 'binary') {
      const score = (truth: number) => 1 / (1 + Math.exp(2 - 4 * truth + noise * random.normal()));
      return binaryOutcomes(Uint8Array.from(y), Float64Array.from(y, score));
    }
    const rows = y.flatMap((truth) => {
      const odds = [0, 1, 2].map((label) => Math.exp((label === truth ? 2 : 0) + noise * random.normal()));
      const total = odds[0] + odds[1] + odds[2];
      return odds.map((value) => value / total);
    });
    return multiclassOutcomes(Int32Array.from(y), Float64Array.from(rows), 3);
  };
  return [noisy(1.5), noisy(5)];
}

test('the better of two models is found to be better by every metric, and swapping them negates it', () => {
  for (const kind of ['binary', 'multiclass', 'regression'] as const) {
    for (const n of [300, 3000]) {
      const [good, bad] = pair(kind, n);
      for (const metric of metricsFor(kind).filter((name) => name !== 'ece' && name !== 'mape')) {
        const made = compareMetric(metric, good, bad);
        const swapped = compareMetric(metric, bad, good);
        assert.ok(made.low > 0, `${kind} ${metric}: ${made.low} … ${made.high} by ${made.method}`);
        assert.ok(swapped.high < 0);
        assert.ok(Math.abs(made.improvement + swapped.improvement) < 1e-12);
        assert.ok(made.low < made.improvement && made.improvement < made.high);
      }
    }
  }
});

test('each metric has the method that fits it', () => {
  const [good, bad] = pair('binary', 300);
  const methods = metricsFor('binary').map((metric) => [
    metric,
    estimateMetric(metric, good).method,
    compareMetric(metric, good, bad).method,
  ]);
  const resampled = 'bootstrap (BCa, 2000, seed 1)';
  const paired = 'paired bootstrap (2000, seed 1), t';
  const jackknife = 'paired infinitesimal jackknife, t';
  assert.deepEqual(methods, [
    ['log-loss', 'Student t', 'paired t'],
    ['roc-auc', 'DeLong (logit)', 'paired DeLong'],
    ['average-precision', resampled, jackknife],
    ['brier', 'Student t', 'paired t'],
    ['accuracy', 'Wilson', 'paired Bonett-Price'],
    ['balanced-accuracy', 'Wilson by class, combined (MOVER)', paired],
    ['precision', 'Wilson', paired],
    ['recall', 'Wilson', paired],
    ['f1', resampled, paired],
    ['mcc', resampled, paired],
    ['kappa', resampled, paired],
    ['ece', 'normal by bin, chance gaps taken off the low end', jackknife],
  ]);
});

test('few rows and few differences have methods of their own', () => {
  const [good, bad] = pair('binary', 20);
  const few = compareMetric('log-loss', good, bad);
  assert.equal(few.method, 'paired sign-flip and studentised bootstrap, the wider');
  assert.ok(few.p !== undefined && few.p > 0 && few.p <= 1);
  assert.equal(compareMetric('accuracy', good, good).method, 'paired score (Tango)');
});

test('a metric without meaning says so', () => {
  const oneClass = binaryOutcomes(new Uint8Array(50), new Float64Array(50).fill(0.1));
  assert.deepEqual(estimateMetric('roc-auc', oneClass), {
    name: 'roc-auc',
    value: null,
    low: null,
    high: null,
    n: 50,
    method: 'none',
    higherIsBetter: true,
    reason: 'only one class occurs',
  });
  assert.equal(
    estimateMetric('precision', oneClass).reason,
    'no row is predicted to be of the positive class',
  );
  const flat = regressionOutcomes(new Float64Array(9).fill(2), Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9));
  assert.equal(estimateMetric('r2', flat).reason, 'the target has one value only');
});
