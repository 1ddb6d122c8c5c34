import type { Attribution, FeatureRows } from './tree-ensemble.ts';

export interface LinearMargins {
  /** Outputs x features. */
  coefficients: readonly ArrayLike<number>[];
  intercepts: ArrayLike<number>;
}

/**
 * Exact Shapley values of a linear margin against background rows: each feature adds its weight times its distance from the
 * background's mean.
 */
export function explainLinear(
  { coefficients, intercepts }: LinearMargins,
  rows: FeatureRows,
  background: FeatureRows,
): Attribution {
  const { columns } = rows;
  const outputs = intercepts.length;
  const means = columnMeans(background);
  const base = Float64Array.from(intercepts);
  const values = new Float64Array(rows.rows * outputs * columns);
  for (let k = 0; k < outputs; k++) {
    for (let column = 0; column < columns; column++) {
      const weight = coefficients[k][column];
      base[k] += weight * means[column];
      for (let row = 0; row < rows.rows; row++) {
        const distance = rows.values[row * columns + column] - means[column];
        values[(row * outputs + k) * columns + column] = weight * distance;
      }
    }
  }
  return { base, values };
}

function columnMeans({ rows, columns, values }: FeatureRows): Float64Array {
  const means = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) means[column] += values[row * columns + column] / rows;
  }
  return means;
}
