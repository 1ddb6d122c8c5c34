import { AirworthyError } from '../../kernel/errors.ts';
import type { FeatureMatrix } from '../../models/feature-matrix.ts';
import type { LinearEstimator, Link } from '../../models/model.ts';
import { createDesign, type Design, sampleRows } from './linear-design.ts';
import { type LinearLoss, lossOf } from './linear-loss.ts';
import { createObjective } from './linear-objective.ts';
import { scalingOf } from './linear-scaling.ts';
import { minimise } from './minimise.ts';
import { solveRidge } from './solve-ridge.ts';

export interface LinearOptions {
  /** Log-loss of two classes, of several, or half the squared error. */
  objective: 'logistic' | 'softmax' | 'squared';
  /** Softmax: the number of classes. Default: the largest class in the target, plus one. */
  classes?: number;
  /** The penalty is l2 / 2 times the sum of squared coefficients; the intercept is free. Default 1. */
  l2?: number;
  /** Default 200. Squared error with up to 1000 columns is solved directly. */
  maxIterations?: number;
  /** About the error left in a coefficient of a feature of variance 1. Default 1e-5. */
  tolerance?: number;
}

/** Up to so many columns the normal equations are cheaper than iterations. */
const MOST_DIRECT_COLUMNS = 1000;

/** Rows of a first, rough fit: at least so many, and so many a column. */
const SAMPLE_ROWS = 4000;
const SAMPLE_ROWS_PER_COLUMN = 20;
/** Its tolerance: the sample's own error is larger. */
const ROUGHLY = 1e-3;

/**
 * Fits a linear model: the minimum of the weighted sum of losses plus l2 / 2 times the sum of squared coefficients.
 * So l2 is 1 / C of scikit-learn's LogisticRegression and alpha of its Ridge, and weights act as its sample weights.
 *
 * A categorical column of the matrix stands for one indicator a category (missing: none); the coefficients are in
 * that order. Ridge regression by Cholesky factors of the centred normal equations (columns that depend on others
 * get 0), the rest by L-BFGS.
 *
 * @param target 0 and 1, the class's index, or the value; one a row.
 * @param weights One a row, not negative; null: all 1.
 * @throws BAD_ARGUMENT where a number in the matrix or the target is missing or infinite.
 * @example
 * fitLinear(matrix, target, null, { objective: 'logistic', l2: 1 }).coefficients[0];
 */
export function fitLinear(
  matrix: FeatureMatrix,
  target: Float64Array,
  weights: Float64Array | null,
  options: LinearOptions,
): LinearEstimator {
  const { objective, l2 = 1, maxIterations = 200, tolerance = 1e-5 } = options;
  refuseBadTarget(target, matrix.rows);
  const design = createDesign(matrix, weights);
  const outputs = objective === 'softmax' ? (options.classes ?? 1 + largest(target)) : 1;
  if (objective === 'squared' && design.width <= MOST_DIRECT_COLUMNS) {
    return toEstimator(solveRidge(design, target, l2), design, 1, 'identity');
  }
  const loss = lossOf(objective, outputs);
  const link: Link = objective === 'squared' ? 'identity' : objective;
  const solution = solveByDescent(design, target, loss, { l2, maxIterations, tolerance });
  return toEstimator(solution, design, outputs, link);
}

/** A tenth of the rows tells most of the way, at a tenth of the cost. */
function solveByDescent(
  design: Design,
  target: Float64Array,
  loss: LinearLoss,
  { l2, maxIterations, tolerance }: Required<Pick<LinearOptions, 'l2' | 'maxIterations' | 'tolerance'>>,
): Float64Array {
  const sample = sampleRows(design, target, Math.max(SAMPLE_ROWS, SAMPLE_ROWS_PER_COLUMN * design.width));
  const scaling = scalingOf(sample?.design ?? design, loss.curvature, l2);
  const limit = Math.sqrt(design.totalWeight);
  const problem = createObjective(design, target, loss, scaling, l2);
  const rough = sample && createObjective(sample.design, sample.target, loss, scaling, l2);
  const { point, steps } = rough
    ? minimise(rough.evaluate, rough.start, { maxIterations, gradientLimit: ROUGHLY * limit })
    : { point: problem.start, steps: [] };
  const found = minimise(problem.evaluate, point, { maxIterations, gradientLimit: tolerance * limit, steps });
  return problem.toSolution(found.point);
}

/** Intercept first, then the coefficients, `outputs` times. */
function toEstimator(solution: Float64Array, design: Design, outputs: number, link: Link): LinearEstimator {
  const size = design.width + 1;
  const rows = Array.from({ length: outputs }, (_, k) => [...solution.subarray(k * size, (k + 1) * size)]);
  return {
    kind: 'linear',
    coefficients: rows.map((row) => row.slice(1)),
    intercepts: rows.map((row) => row[0]),
    link,
  };
}

function largest(target: Float64Array): number {
  return target.reduce((most, value) => Math.max(most, value), 0);
}

function refuseBadTarget(target: Float64Array, rows: number): void {
  if (target.length !== rows) {
    throw new AirworthyError('BAD_ARGUMENT', { message: `${target.length} targets for ${rows} rows` });
  }
  const row = target.findIndex((value) => !Number.isFinite(value));
  if (row >= 0) {
    throw new AirworthyError('BAD_ARGUMENT', { message: `the target of row ${row} is ${target[row]}` });
  }
}
