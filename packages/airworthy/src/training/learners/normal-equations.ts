import { type Design, weightedSum } from './linear-design.ts';
import { addDerivatives } from './linear-products.ts';

/** Rows multiplied together, so that their columns stay in the cache. */
const BLOCK = 512;

export interface NormalEquations {
  /** Weighted sums of products of the centred columns, width x width; only the lower triangle is filled. */
  products: Float64Array;
  /** Weighted sums of products of the centred columns with the centred target. */
  moments: Float64Array;
  targetMean: number;
}

/**
 * The products of a column with all others are what the derivatives of a loss are whose derivative by the margin is
 * that column; so the same code sums both. One factor is centred before, the other after: no digits are lost to
 * large means.
 */
export function normalEquations(design: Design, target: Float64Array): NormalEquations {
  const { rows, width, numbers, weights, means, totalWeight } = design;
  const targetMean = weightedSum(target, weights) / totalWeight;
  const factors = [
    { values: target, mean: targetMean },
    ...numbers.map(({ at, values }) => ({ values, mean: means[at] })),
  ];
  const sums = factors.map(() => new Float64Array(width + 1));
  const products = new Float64Array(width * width);
  const buffers = factors.map(() => new Float64Array(BLOCK));
  for (let start = 0; start < rows; start += BLOCK) {
    const blocks = buffers.map((buffer) => buffer.subarray(0, Math.min(BLOCK, rows - start)));
    factors.forEach(({ values, mean }, index) => {
      writeDeviations(values, mean, weights, start, blocks[index]);
    });
    addDerivatives(design, blocks, start, sums);
  }
  const [moments, ...ofNumbers] = sums.map((row) => row.slice(1).map((sum, j) => sum - row[0] * means[j]));
  numbers.forEach(({ at }, index) => {
    for (let j = 0; j < width; j++) products[Math.max(at, j) * width + Math.min(at, j)] = ofNumbers[index][j];
  });
  addIndicatorPairs(design, products);
  return { products, moments, targetMean };
}

function writeDeviations(
  values: Float64Array,
  mean: number,
  weights: Float64Array | null,
  start: number,
  block: Float64Array,
): void {
  for (let i = 0, row = start; i < block.length; i++, row++) {
    block[i] = (values[row] - mean) * (weights === null ? 1 : weights[row]);
  }
}

/** Indicators meet in one place of the matrix a row, however many there are. */
function addIndicatorPairs(
  { rows, width, indicators, weights, means, totalWeight }: Design,
  products: Float64Array,
) {
  indicators.forEach((own, index) => {
    for (const other of indicators.slice(0, index + 1)) {
      const span = other.categories + 1;
      const counts = new Float64Array((own.categories + 1) * span);
      for (let row = 0; row < rows; row++) {
        counts[own.codes[row] * span + other.codes[row]] += weights === null ? 1 : weights[row];
      }
      for (let i = 0; i < own.categories; i++) {
        for (let j = 0; j < other.categories; j++) {
          const chance = totalWeight * means[own.at + i] * means[other.at + j];
          products[(own.at + i) * width + other.at + j] = counts[i * span + j] - chance;
        }
      }
    }
  });
}
