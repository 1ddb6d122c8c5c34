import { factorise, solveLower, solveUpper } from './cholesky.ts';
import type { Design } from './linear-design.ts';
import { normalEquations } from './normal-equations.ts';

/**
 * Ridge regression by the centred normal equations: intercept first, then the coefficients. A column that depends
 * on others, where l2 is 0, gets 0.
 */
export function solveRidge(design: Design, target: Float64Array, l2: number): Float64Array {
  const { width, means } = design;
  const { products, moments, targetMean } = normalEquations(design, target);
  for (let j = 0; j < width; j++) products[j * width + j] += l2;
  factorise(products, width);
  solveLower(products, width, moments);
  solveUpper(products, width, moments);
  const solution = new Float64Array(width + 1);
  solution.set(moments, 1);
  solution[0] = moments.reduce((sum, coefficient, j) => sum - coefficient * means[j], targetMean);
  return solution;
}
