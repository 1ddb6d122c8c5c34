import type { FeatureMatrix } from '../../../models/feature-matrix.ts';
import { createRandom, type Random } from '../../../stats/random.ts';

export interface TestData {
  matrix: FeatureMatrix;
  /** A value that depends on all features, with noise. */
  value: Float64Array;
  /** Whether it is above 0. */
  label: Float64Array;
  /** Which of three ranges it is in. */
  label3: Float64Array;
}

/** Numbers of different grain with missing values, and two categories, one of more than 254. */
export function randomData(rows: number, seed: number): TestData {
  const random = createRandom(seed);
  const column = (draw: (random: Random) => number, missing: number) =>
    Float64Array.from({ length: rows }, () => (random.next() < missing ? Number.NaN : draw(random)));
  const features = [
    { name: 'fine', categories: null, values: column((draws) => draws.normal(), 0) },
    { name: 'coarse', categories: null, values: column((draws) => draws.integer(6), 0.1) },
    { name: 'colour', categories: 7, values: column((draws) => draws.integer(7), 0.05) },
    { name: 'airport', categories: 300, values: column((draws) => Math.floor(300 * draws.next() ** 2), 0) },
    { name: 'constant', categories: null, values: column(() => 4, 0) },
    { name: 'absent', categories: null, values: column(() => 0, 1) },
  ];
  const [fine, coarse, colour, airport] = features.map((feature) => feature.values);
  const value = Float64Array.from({ length: rows }, (_, row) => {
    const known = Number.isNaN(coarse[row]) ? 2 : Math.sin(coarse[row]);
    const shade = [1, -1, 0.5, -2, 0, 1, 2][colour[row]] ?? -1;
    return fine[row] + known + shade * 0.7 + Math.cos(airport[row]) + 0.3 * random.normal() - 0.5;
  });
  return {
    matrix: { rows, features },
    value,
    label: value.map((y) => (y > 0 ? 1 : 0)),
    label3: value.map((y) => (y > 1 ? 2 : y > -1 ? 1 : 0)),
  };
}

export function matrixOf(...columns: number[][]): FeatureMatrix {
  return {
    rows: columns[0].length,
    features: columns.map((values, index) => ({
      name: `x${index}`,
      categories: null,
      values: Float64Array.from(values),
    })),
  };
}
