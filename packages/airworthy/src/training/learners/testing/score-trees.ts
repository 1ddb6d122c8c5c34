import assert from 'node:assert/strict';
import { compileModel } from '../../../models/compile-model.ts';
import type { FeatureMatrix, MatrixFeature } from '../../../models/feature-matrix.ts';
import { findFaults } from '../../../models/find-faults.ts';
import type { Feature, Model, TreesEstimator } from '../../../models/model.ts';
import type { Column, Field, Task } from '../../../models/table.ts';

/** What the trees predict for each row of the matrix, by the evaluator that serves: rows x outputs. */
export function scoreTrees(estimator: TreesEstimator, matrix: FeatureMatrix): Float64Array {
  const model = modelOf(estimator, matrix);
  assert.deepEqual(findFaults(model), []);
  return compileModel(model).scoreTable({
    rows: matrix.rows,
    columns: Object.fromEntries(matrix.features.map((feature) => [feature.name, columnOf(feature)])),
  });
}

function modelOf(estimator: TreesEstimator, { features }: FeatureMatrix): Model {
  return {
    format: 'airworthy-model/1',
    task: taskOf(estimator),
    fields: features.map(
      ({ name, categories }): Field => ({
        name,
        kind: categories === null ? 'number' : 'category',
        nullable: true,
      }),
    ),
    features: features.map(
      ({ name, categories }): Feature =>
        categories === null
          ? { op: 'number', field: name, mean: 0, scale: 1 }
          : { op: 'category-code', field: name, categories: namesOf(categories) },
    ),
    estimator,
  };
}

function taskOf({ baseline, link }: TreesEstimator): Task {
  if (baseline.length > 1) return { kind: 'multiclass', target: 'y', classes: namesOf(baseline.length) };
  if (link === 'logistic') return { kind: 'binary', target: 'y', classes: ['no', 'yes'] };
  return { kind: 'regression', target: 'y' };
}

const namesOf = (count: number): string[] => Array.from({ length: count }, (_, code) => `c${code}`);

function columnOf({ categories, values }: MatrixFeature): Column {
  if (categories === null) return { kind: 'number', values };
  return {
    kind: 'category',
    codes: Int32Array.from(values, (code) => (Number.isNaN(code) ? -1 : code)),
    categories: namesOf(categories),
  };
}
