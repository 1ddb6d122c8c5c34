import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { FeatureMatrix } from '../../models/feature-matrix.ts';
import { createRandom } from '../../stats/random.ts';
import { fitLinear, type LinearOptions } from './fit-linear.ts';

interface OracleCase {
  name: string;
  options: LinearOptions;
  /** Codes of -1 are missing. */
  columns: { categories: number | null; values: number[] }[];
  target: number[];
  weights: number[] | null;
  intercepts: number[];
  coefficients: number[][];
}

const fixture = new URL('../../../test/fixtures/linear-oracle.json', import.meta.url);
const oracle = JSON.parse(readFileSync(fixture, 'utf8')) as { cases: OracleCase[] };

function toMatrix(columns: OracleCase['columns']): FeatureMatrix {
  const features = columns.map(({ categories, values }, index) => {
    const isMissing = (value: number) => categories !== null && value < 0;
    return {
      name: `x${index}`,
      categories,
      values: Float64Array.from(values, (value) => (isMissing(value) ? Number.NaN : value)),
    };
  });
  return { rows: columns[0].values.length, features };
}

function assertClose(found: readonly number[], expected: readonly number[], tolerance: number): void {
  assert.equal(found.length, expected.length);
  expected.forEach((value, index) => {
    const error = Math.abs(found[index] - value) / Math.max(1, Math.abs(value));
    assert.ok(error <= tolerance, `${index}: found ${found[index]}, scikit-learn ${value}`);
  });
}

for (const { name, options, columns, target, weights, intercepts, coefficients } of oracle.cases) {
  test(`coefficients equal scikit-learn's: ${name}`, () => {
    const weighting = weights && Float64Array.from(weights);
    const found = fitLinear(toMatrix(columns), Float64Array.from(target), weighting, options);
    assertClose(found.intercepts, intercepts, 1e-4);
    found.coefficients.forEach((row, k) => {
      assertClose(row, coefficients[k], 1e-4);
    });
  });
}

/** Rows enough for the rough fit on a sample that comes first. */
function manyRows(): { matrix: FeatureMatrix; target: Float64Array } {
  const random = createRandom(3);
  const rows = 30_000;
  const number = () => Float64Array.from({ length: rows }, () => random.normal());
  const codes = Float64Array.from({ length: rows }, () => random.integer(200));
  const [a, b] = [number(), number()];
  const target = a.map((value, row) =>
    random.next() < 1 / (1 + Math.exp(-(value - 2 * b[row] + (codes[row] % 3)))) ? 1 : 0,
  );
  const features = [
    { name: 'a', categories: null, values: a },
    { name: 'b', categories: null, values: b.map((value, row) => value + a[row]) },
    { name: 'codes', categories: 200, values: codes },
  ];
  return { matrix: { rows, features }, target };
}

test('many rows, fitted roughly on a sample first, end at the same minimum as without it', () => {
  const { matrix, target } = manyRows();
  const found = fitLinear(matrix, target, null, { objective: 'logistic', l2: 1 });
  const exact = fitLinear(matrix, target, null, { objective: 'logistic', l2: 1, tolerance: 1e-8 });
  found.coefficients[0].forEach((coefficient, j) => {
    assert.ok(Math.abs(coefficient - exact.coefficients[0][j]) < 1e-3, `${j}: ${coefficient}`);
  });
  assert.deepEqual(found, fitLinear(matrix, target, null, { objective: 'logistic', l2: 1 }));
});

test('columns that depend on others, without a penalty, still predict as least squares does', () => {
  const x = Float64Array.of(1, 2, 3, 4, 5, 6);
  const target = Float64Array.of(3, 5, 7, 9, 11, 13);
  const features = [
    { name: 'x', categories: null, values: x },
    { name: 'twice x', categories: null, values: x.map((value) => 2 * value) },
    { name: 'constant', categories: null, values: x.map(() => 7) },
  ];
  const { coefficients, intercepts } = fitLinear({ rows: 6, features }, target, null, {
    objective: 'squared',
    l2: 0,
  });
  x.forEach((value, row) => {
    const predicted =
      intercepts[0] + coefficients[0][0] * value + coefficients[0][1] * 2 * value + coefficients[0][2] * 7;
    assert.ok(Math.abs(predicted - target[row]) < 1e-9);
  });
});

test('separable classes end with finite coefficients, with and without a penalty', () => {
  const features = [{ name: 'x', categories: null, values: Float64Array.of(-2, -1, 1, 2) }];
  const target = Float64Array.of(0, 0, 1, 1);
  for (const l2 of [0, 1]) {
    const { coefficients } = fitLinear({ rows: 4, features }, target, null, { objective: 'logistic', l2 });
    assert.ok(Number.isFinite(coefficients[0][0]) && coefficients[0][0] > 0);
  }
});

test('a number that is not finite is refused, naming the feature and the row', () => {
  const features = [{ name: 'distance', categories: null, values: Float64Array.of(1, Number.NaN) }];
  const fit = () => fitLinear({ rows: 2, features }, Float64Array.of(0, 1), null, { objective: 'logistic' });
  assert.throws(fit, { code: 'BAD_ARGUMENT', message: /"distance" is NaN in row 1/ });
});
