import { AirworthyError } from '../../kernel/errors.ts';

/** Relative to the size of the outputs; float64 loses less than this over thousands of trees. */
export const ADDITIVITY_TOLERANCE = 1e-9;

export interface AddedUp {
  base: number;
  /** Rows x features of one output. */
  values: Float64Array;
  features: number;
  /** What the model itself gives for each row. */
  outputs: Float64Array;
}

/**
 * The largest |base + sum of values - output|, which must be below the tolerance times the largest output (at least 1).
 * An attribution that does not add up is wrong somewhere, so it is never shown.
 *
 * @throws EXPLANATION_NOT_ADDITIVE with the residual and the row.
 */
export function requireAdditive(
  { base, values, features, outputs }: AddedUp,
  tolerance = ADDITIVITY_TOLERANCE,
): { residual: number; tolerance: number } {
  let residual = 0;
  let worst = 0;
  let scale = Math.max(1, Math.abs(base));
  for (let row = 0; row < outputs.length; row++) {
    let total = base;
    for (let feature = 0; feature < features; feature++) total += values[row * features + feature];
    const apart = Math.abs(total - outputs[row]);
    scale = Math.max(scale, Math.abs(outputs[row]));
    if (apart <= residual) continue;
    residual = apart;
    worst = row;
  }
  const allowed = tolerance * scale;
  // Written so that NaN does not pass.
  if (residual <= allowed && outputs.every(Number.isFinite)) return { residual, tolerance: allowed };
  throw new AirworthyError('EXPLANATION_NOT_ADDITIVE', {
    message: `the values of row ${worst + 1} miss the model’s output by ${residual}; ${allowed} is allowed`,
    facts: { residual, tolerance: allowed, row: worst, output: outputs[worst] },
  });
}
