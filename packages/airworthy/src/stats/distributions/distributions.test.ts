import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { betaCdf, betaQuantile } from './beta.ts';
import { binomialCdf, binomialQuantile, binomialSurvival } from './binomial.ts';
import { chiSquareQuantile, chiSquareSurvival } from './chi-square.ts';
import { gammaCdf, gammaQuantile } from './gamma.ts';
import { normalCdf, normalQuantile, normalSurvival } from './normal.ts';
import { studentTCdf, studentTQuantile, studentTSurvival } from './student-t.ts';

const probability = fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true });
const parameter = fc.double({ min: 0.1, max: 1e4, noNaN: true });

const near = (actual: number, expected: number, what: string) =>
  assert.ok(Math.abs(actual - expected) <= 1e-10 * expected, `${what}: ${actual}, not ${expected}`);

test('a quantile is where the distribution function has its probability', () => {
  fc.assert(
    fc.property(probability, parameter, parameter, (p, a, b) => {
      near(normalCdf(normalQuantile(p)), p, 'normal');
      near(studentTCdf(studentTQuantile(p, a), a), p, `t with ${a}`);
      near(gammaCdf(gammaQuantile(p, a, b), a, b), p, `gamma ${a}, ${b}`);
      near(chiSquareSurvival(chiSquareQuantile(p, a), a), 1 - p, `chi-square ${a}`);
      const x = betaQuantile(p, a, b);
      // Nearer to 1 than doubles lie, x no longer says which p it came from.
      if (x < 1 - 1e-3) near(betaCdf(x, a, b), p, `beta ${a}, ${b}`);
    }),
    { numRuns: 60 },
  );
});

test('a binomial quantile is the first count that reaches its probability', () => {
  fc.assert(
    fc.property(probability, fc.integer({ min: 1, max: 2000 }), probability, (share, n, p) => {
      const k = binomialQuantile(share, n, p);
      assert.ok(binomialCdf(k, n, p) >= share * (1 - 1e-13));
      assert.ok(k === 0 || binomialCdf(k - 1, n, p) < share);
      near(binomialCdf(k, n, p) + binomialSurvival(k, n, p), 1, 'both tails');
    }),
    { numRuns: 60 },
  );
});

test('what is no number comes out as no number, and ends', () => {
  for (const value of [
    normalSurvival(Number.NaN),
    normalQuantile(Number.NaN),
    normalQuantile(2),
    studentTSurvival(1, Number.NaN),
    studentTQuantile(Number.NaN, 3),
    gammaQuantile(0.5, Number.NaN),
    betaQuantile(0.5, 1, Number.NaN),
    betaQuantile(-1, 1, 1),
  ]) {
    assert.ok(Number.isNaN(value));
  }
  assert.deepEqual(
    [normalQuantile(0), normalQuantile(1)],
    [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  );
});
