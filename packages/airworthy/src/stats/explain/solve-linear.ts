/**
 * Solves a symmetric system in place by Gaussian elimination with partial pivoting; null where it is singular to working
 * precision. `matrix` is size x size, row-major; the answer stands in `right`.
 */
export function solveLinear(matrix: Float64Array, right: Float64Array): Float64Array | null {
  const size = right.length;
  const largest = matrix.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let column = 0; column < size; column++) {
    const pivot = findPivot(matrix, size, column);
    if (Math.abs(matrix[pivot * size + column]) <= 1e-13 * largest) return null;
    swapRows(matrix, right, size, pivot, column);
    for (let row = column + 1; row < size; row++) {
      const factor = matrix[row * size + column] / matrix[column * size + column];
      if (factor === 0) continue;
      for (let at = column; at < size; at++) matrix[row * size + at] -= factor * matrix[column * size + at];
      right[row] -= factor * right[column];
    }
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let at = row + 1; at < size; at++) right[row] -= matrix[row * size + at] * right[at];
    right[row] /= matrix[row * size + row];
  }
  return right;
}

function findPivot(matrix: Float64Array, size: number, column: number): number {
  let pivot = column;
  for (let row = column + 1; row < size; row++) {
    if (Math.abs(matrix[row * size + column]) > Math.abs(matrix[pivot * size + column])) pivot = row;
  }
  return pivot;
}

function swapRows(
  matrix: Float64Array,
  right: Float64Array,
  size: number,
  first: number,
  second: number,
): void {
  if (first === second) return;
  for (let at = 0; at < size; at++) {
    const kept = matrix[first * size + at];
    matrix[first * size + at] = matrix[second * size + at];
    matrix[second * size + at] = kept;
  }
  const kept = right[first];
  right[first] = right[second];
  right[second] = kept;
}
