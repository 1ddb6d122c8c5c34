/** `matrix` [rows, columns] times the vector that begins at `from`, plus `bias`, into `into`. */
export function multiply(
  matrix: Float32Array,
  vector: Float32Array,
  {
    from = 0,
    columns,
    bias,
    into,
  }: { from?: number; columns: number; bias: Float32Array | null; into: Float32Array },
): Float32Array {
  for (let row = 0; row < into.length; row++) {
    const start = row * columns;
    let sum = bias ? bias[row] : 0;
    for (let column = 0; column < columns; column++) sum += matrix[start + column] * vector[from + column];
    into[row] = sum;
  }
  return into;
}

export function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

export function softmax(scores: Float32Array, temperature = 1): Float32Array {
  const highest = scores.reduce((high, score) => Math.max(high, score), Number.NEGATIVE_INFINITY);
  const shares = scores.map((score) => Math.exp((score - highest) / temperature));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}

export function indexOfHighest(scores: Float32Array): number {
  let best = 0;
  for (let i = 1; i < scores.length; i++) if (scores[i] > scores[best]) best = i;
  return best;
}
