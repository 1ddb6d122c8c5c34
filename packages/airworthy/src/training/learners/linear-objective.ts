import type { Design } from './linear-design.ts';
import type { LinearLoss } from './linear-loss.ts';
import { addDerivatives, writeMargins } from './linear-products.ts';
import type { Scaling } from './linear-scaling.ts';

/** Rows evaluated together, so that margins and values meet in the cache. */
const BLOCK = 2048;

/** A function to minimise over variables in which the curvature is about 1 in every direction. */
export interface LinearObjective {
  /** Where a model of the intercept alone would be. */
  start: Float64Array;
  /** The value; its gradient is written to `gradient`. */
  evaluate(variables: Float64Array, gradient: Float64Array): number;
  /** Intercept and coefficients, `outputs` times. */
  toSolution(variables: Float64Array): Float64Array;
}

/**
 * The penalised loss in the variables in which it is easiest to minimise: columns centred, which parts the
 * coefficients from the intercept, and scaled. The data itself is not touched; only vectors are translated.
 */
export function createObjective(
  design: Design,
  target: Float64Array,
  loss: LinearLoss,
  scaling: Scaling,
  l2: number,
): LinearObjective {
  const { width, means } = design;
  const size = width + 1;
  const outputs = Array.from({ length: loss.outputs }, (_, k) => k * size);
  const toSolution = (variables: Float64Array): Float64Array => {
    const solution = variables.slice();
    for (const at of outputs) {
      const coefficients = solution.subarray(at + 1, at + size);
      scaling.toCoefficients(coefficients);
      solution[at] /= scaling.intercept;
      for (let j = 0; j < width; j++) solution[at] -= coefficients[j] * means[j];
    }
    return solution;
  };
  const start = new Float64Array(loss.outputs * size);
  loss.start(target, design.weights).forEach((margin, k) => {
    start[k * size] = margin * scaling.intercept;
  });
  const evaluate = (variables: Float64Array, gradient: Float64Array): number => {
    const solution = toSolution(variables);
    let value = sumLoss(design, target, loss, solution, gradient);
    for (const at of outputs) {
      const coefficients = solution.subarray(at + 1, at + size);
      const own = gradient.subarray(at + 1, at + size);
      for (let j = 0; j < width; j++) {
        own[j] += l2 * coefficients[j] - means[j] * gradient[at];
        value += (l2 / 2) * coefficients[j] ** 2;
      }
      scaling.toVariables(own);
      gradient[at] /= scaling.intercept;
    }
    return value;
  };
  return { start, evaluate, toSolution };
}

/** The loss over all rows; `sums` gets its derivatives by intercept and coefficients. */
function sumLoss(
  design: Design,
  target: Float64Array,
  loss: LinearLoss,
  solution: Float64Array,
  sums: Float64Array,
): number {
  const size = design.width + 1;
  const outputs = Array.from({ length: loss.outputs }, (_, k) => k);
  const margins = new Float64Array(loss.outputs * BLOCK);
  const ofOutput = (vector: Float64Array) => outputs.map((k) => vector.subarray(k * size, (k + 1) * size));
  const [weights, derivatives] = [ofOutput(solution), ofOutput(sums)];
  let value = 0;
  sums.fill(0);
  for (let start = 0; start < design.rows; start += BLOCK) {
    const count = Math.min(BLOCK, design.rows - start);
    const blocks = outputs.map((k) => margins.subarray(k * BLOCK, k * BLOCK + count));
    writeMargins(design, weights, start, blocks);
    value += loss.evaluate(margins, BLOCK, target, design.weights, start, count);
    addDerivatives(design, blocks, start, derivatives);
  }
  return value;
}
