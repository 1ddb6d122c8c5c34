import { AirworthyError } from '../../kernel/errors.ts';
import { applyFeatures, nameOf } from '../../models/evaluate-features.ts';
import type { FeatureMatrix } from '../../models/feature-matrix.ts';
import type { Feature } from '../../models/model.ts';
import type { Field, Table, Task } from '../../models/table.ts';
import { applyLinearFeatures } from './apply-linear-features.ts';
import type { FittedFeature } from './fitted-feature.ts';
import { linearFeatures } from './linear-features.ts';
import { treeFeatures } from './tree-features.ts';

/** Trees take numbers raw and categories as codes; linear models take scaled numbers and indicators. */
export type FeatureStyle = 'trees' | 'linear';

export interface FittedFeatures {
  features: Feature[];
  /**
   * The training rows. For trees one column a feature; for linear models a run of indicators is one column of codes
   * (`categories` of them), which `fitLinear` spreads out again in the order of the features.
   */
  matrix: FeatureMatrix;
}

/**
 * Fits the preprocessing on training rows. What it learns (medians, scales, categories, mean targets) goes into the
 * features and so into the model. In the matrix, target statistics are out-of-fold: a row's own target has no part
 * in its value; the features hold those of all rows.
 *
 * @param target 0 and 1, the class's index, or the value; one a row, none missing.
 * @param seed Deals the rows to the folds of the target statistics.
 * @throws TRAINING_NO_FEATURES where no field tells rows apart.
 * @example
 * const { features, matrix } = fitFeatures(table, fields, target, task, 'trees', 1);
 */
export function fitFeatures(
  table: Table,
  fields: readonly Field[],
  target: Float64Array,
  task: Task,
  style: FeatureStyle,
  seed: number,
): FittedFeatures {
  const [fit, apply] =
    style === 'trees' ? [treeFeatures, applyFeatures] : [linearFeatures, applyLinearFeatures];
  const fitted = fields.flatMap((field) => fit(field, table.columns[field.name], { target, task, seed }));
  if (fitted.length === 0) {
    throw new AirworthyError('TRAINING_NO_FEATURES', {
      message: `no feature tells training rows apart (${fields.map((field) => field.name).join(', ')})`,
    });
  }
  const features = fitted.map(({ feature }) => feature);
  return { features, matrix: withOutOfFold(apply(features, fields, table), fitted) };
}

function withOutOfFold(matrix: FeatureMatrix, fitted: readonly FittedFeature[]): FeatureMatrix {
  const outOfFold = new Map(fitted.map(({ feature, outOfFold }) => [nameOf(feature), outOfFold]));
  const features = matrix.features.map((column) => ({
    ...column,
    values: outOfFold.get(column.name) ?? column.values,
  }));
  return { rows: matrix.rows, features };
}
