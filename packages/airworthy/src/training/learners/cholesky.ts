/** A pivot this small against its diagonal is rounding: the column is a combination of those before it. */
const DEPENDENT = 1e-11;

/**
 * Overwrites the lower triangle of a symmetric positive semidefinite matrix (size x size, row-major) by its Cholesky
 * factor. The row of a column that depends on those before it becomes 0, and so does its part of any solution.
 */
export function factorise(matrix: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    const row = i * size;
    const diagonal = matrix[row + i];
    for (let j = 0; j < i; j++) {
      const other = j * size;
      let rest = matrix[row + j];
      for (let k = 0; k < j; k++) rest -= matrix[row + k] * matrix[other + k];
      matrix[row + j] = matrix[other + j] === 0 ? 0 : rest / matrix[other + j];
    }
    let pivot = diagonal;
    for (let k = 0; k < i; k++) pivot -= matrix[row + k] ** 2;
    if (pivot > DEPENDENT * diagonal) matrix[row + i] = Math.sqrt(pivot);
    else matrix.fill(0, row, row + i + 1);
  }
}

/** Replaces the vector by the solution of factor · x = vector. */
export function solveLower(factor: Float64Array, size: number, vector: Float64Array): void {
  for (let i = 0; i < size; i++) {
    const pivot = factor[i * size + i];
    let rest = vector[i];
    for (let j = 0; j < i; j++) rest -= factor[i * size + j] * vector[j];
    vector[i] = pivot === 0 ? 0 : rest / pivot;
  }
}

/** Replaces the vector by the solution of transposed factor · x = vector. */
export function solveUpper(factor: Float64Array, size: number, vector: Float64Array): void {
  for (let i = size - 1; i >= 0; i--) {
    const pivot = factor[i * size + i];
    vector[i] = pivot === 0 ? 0 : vector[i] / pivot;
    for (let j = 0; j < i; j++) vector[j] -= factor[i * size + j] * vector[i];
  }
}
