import { criticalZ, squareRoot } from '../intervals.ts';
import { type MeasuredMetric, toMeasured } from '../measured-metric.ts';

/**
 * Errors that a second model predicts for the predictions of a regression, as sums in units of `scale`. Plain JSON of
 * a fixed size; the sums are of millionths, whole numbers, so that windows add to the same state in any order.
 */
export interface ErrorSums {
  /** An error of ordinary size, in the target's unit; the same in all windows of a model. */
  scale: number;
  rows: number;
  errors: number;
  squares: number;
  fourths: number;
}

const MILLION = 1e6;

export function createErrorSums(scale: number): ErrorSums {
  return { scale, rows: 0, errors: 0, squares: 0, fourths: 0 };
}

/**
 * Counts a row, in place. `predicted`: the absolute error to be expected; below 0, which a fitted model may say, is 0.
 *
 * @example
 * const sums = createErrorSums(calibration.scale);
 * addErrorEstimate(sums, errorModel.scoreRecord(record)[0]);
 */
export function addErrorEstimate(sums: ErrorSums, predicted: number): void {
  const error = Math.max(0, predicted) / sums.scale;
  sums.rows += 1;
  sums.errors += Math.round(error * MILLION);
  sums.squares += Math.round(error ** 2 * MILLION);
  sums.fourths += Math.round(error ** 4 * MILLION);
}

/** Both windows together. Throws TypeError where they are of different models. */
export function mergeErrorSums(a: ErrorSums, b: ErrorSums): ErrorSums {
  if (a.scale !== b.scale) throw new TypeError('errors of different scales cannot be added');
  return {
    scale: a.scale,
    rows: a.rows + b.rows,
    errors: a.errors + b.errors,
    squares: a.squares + b.squares,
    fourths: a.fourths + b.fourths,
  };
}

/** How errors lie to what a model predicts of them, found on labelled rows that it was not fitted on. */
export interface ErrorCalibration {
  rows: number;
  /** Their mean absolute error: the unit of `ErrorSums`. */
  scale: number;
  absolute: ErrorRatio;
  /** Of the squared error to the square of the predicted absolute one. */
  squared: ErrorRatio;
}

/** Errors are `ratio` times what is predicted, a row's with a variance of `spread` times the prediction's square. */
export interface ErrorRatio {
  ratio: number;
  standardError: number;
  spread: number;
}

/** Null where nothing can be learnt: under two rows, no error at all, or none predicted. */
export function calibrateErrors(predicted: Float64Array, errors: Float64Array): ErrorCalibration | null {
  const expected = predicted.map((error) => Math.max(0, error));
  const total = errors.reduce((sum, error) => sum + error, 0);
  if (errors.length < 2 || !(total > 0) || !expected.some((error) => error > 0)) return null;
  return {
    rows: errors.length,
    scale: total / errors.length,
    absolute: ratioOf(errors, expected),
    squared: ratioOf(
      errors.map((error) => error ** 2),
      expected.map((error) => error ** 2),
    ),
  };
}

function ratioOf(values: Float64Array, predicted: Float64Array): ErrorRatio {
  const rows = values.length;
  let [total, totalPredicted, residues, squares] = [0, 0, 0, 0];
  for (let row = 0; row < rows; row++) {
    total += values[row];
    totalPredicted += predicted[row];
  }
  const ratio = total / totalPredicted;
  for (let row = 0; row < rows; row++) {
    residues += (values[row] - ratio * predicted[row]) ** 2;
    squares += predicted[row] ** 2;
  }
  const standardError = Math.sqrt((residues * rows) / (rows - 1)) / totalPredicted;
  return { ratio, standardError, spread: residues / squares };
}

const METHOD = 'error model, normal; with the standard error of its calibration';

/**
 * MAE, RMSE and MSE that the window's rows are to be expected to have, with the interval in which what their labels
 * will show lies. It takes the relation of error and record to be what it was in the reference.
 */
export function estimateErrors(
  { scale, rows, errors, squares, fourths }: ErrorSums,
  { absolute, squared }: ErrorCalibration,
  confidence = 0.95,
): MeasuredMetric[] {
  if (rows === 0) return [];
  const perRow = (sum: number): number => sum / MILLION / rows;
  const z = criticalZ(confidence);
  const mae = scaledMean(perRow(errors), perRow(squares), rows, absolute, scale, z);
  const mse = scaledMean(perRow(squares), perRow(fourths), rows, squared, scale ** 2, z);
  return [
    toMeasured('mae', rows, { ...mae, method: METHOD }),
    toMeasured('rmse', rows, { ...squareRoot(mse), method: METHOD }),
    toMeasured('mse', rows, { ...mse, method: METHOD }),
  ];
}

function scaledMean(
  mean: number,
  meanSquare: number,
  rows: number,
  { ratio, standardError, spread }: ErrorRatio,
  unit: number,
  z: number,
) {
  const value = ratio * mean * unit;
  const error = unit * Math.sqrt((spread * meanSquare) / rows + (mean * standardError) ** 2);
  return { value, standardError: error, low: Math.max(0, value - z * error), high: value + z * error };
}
