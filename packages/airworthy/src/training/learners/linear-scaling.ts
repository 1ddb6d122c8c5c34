import { factorise, solveLower, solveUpper } from './cholesky.ts';
import { type Design, squaresOf } from './linear-design.ts';
import { normalEquations } from './normal-equations.ts';

/** Translates between coefficients and the variables in which the loss curves about alike in all directions. */
export interface Scaling {
  /** Of the intercept, which the others do not touch. */
  intercept: number;
  /** Replaces variables by coefficients. */
  toCoefficients(variables: Float64Array): void;
  /** Replaces the gradient by coefficients by that by variables. */
  toVariables(gradient: Float64Array): void;
}

/** Up to so many columns their correlations are taken out; beyond, each is only scaled. */
const MOST_CORRELATED = 1000;
/**
 * @param design All rows, or a sample weighted to stand for all: a rough curvature is enough.
 * @param curvature The second derivative of the loss by a margin, about.
 */
export function scalingOf(design: Design, curvature: number, l2: number): Scaling {
  const intercept = Math.sqrt(design.totalWeight * curvature);
  return design.width <= MOST_CORRELATED
    ? { intercept, ...correlatedScaling(design, curvature, l2) }
    : { intercept, ...diagonalScaling(squaresOf(design), curvature, l2) };
}

function correlatedScaling(design: Design, curvature: number, l2: number): Omit<Scaling, 'intercept'> {
  const { width } = design;
  const { products } = normalEquations(design, new Float64Array(design.rows));
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < i; j++) products[i * width + j] *= curvature;
    products[i * width + i] = steepened(products[i * width + i], curvature, l2);
  }
  factorise(products, width);
  return {
    toCoefficients: (variables) => solveUpper(products, width, variables),
    toVariables: (gradient) => solveLower(products, width, gradient),
  };
}

function diagonalScaling(squares: Float64Array, curvature: number, l2: number): Omit<Scaling, 'intercept'> {
  const scales = squares.map((square) => Math.sqrt(steepened(square, curvature, l2)));
  const divide = (vector: Float64Array) => {
    for (let j = 0; j < vector.length; j++) vector[j] /= scales[j];
  };
  return { toCoefficients: divide, toVariables: divide };
}

/** A column's curvature, a trace more than it is, so that no direction is flat; a constant column gets that of one deviating row. */
function steepened(square: number, curvature: number, l2: number): number {
  return curvature * (square > 0 ? square * (1 + 1e-6) : 1) + l2;
}
