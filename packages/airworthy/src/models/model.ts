import type { BoundedPart, Field, Task } from './table.ts';

/**
 * A model as one graph from the raw record to the prediction, as plain JSON: fields → features → estimator → link.
 * Training fits it, the native evaluator runs it, the ONNX encoder translates it; there is no second pipeline.
 *
 * Arithmetic is float64 throughout, in the native evaluator and in ONNX.
 */
export interface Model {
  format: 'airworthy-model/1';
  task: Task;
  /** Binary only: the label is the positive class where its probability is at least this; 0.5 where absent. */
  threshold?: number;
  fields: Field[];
  features: Feature[];
  estimator: Estimator;
}

/**
 * One column of the estimator's input, computed from one field. Missing is NaN unless the feature says otherwise.
 * In a category the empty string is missing; in a timestamp anything outside the range of a Date is.
 */
export type Feature =
  /** (value ?? impute - mean) / scale; without `impute` a missing value stays NaN (trees take it). */
  | { op: 'number'; field: string; impute?: number; mean: number; scale: number }
  /** 1 where the field is missing, else 0. */
  | { op: 'is-missing'; field: string }
  /** A part of a timestamp in UTC: hour 0-23, minute of day 0-1439, weekday 0 (Sunday)-6, day 1-31, month 1-12, day of year 1-366, or days since the epoch. */
  | { op: 'date-part'; field: string; part: DatePart; impute?: number; mean: number; scale: number }
  /** 1 where the part of the timestamp equals the value, else 0 (missing: 0). */
  | { op: 'date-part-is'; field: string; part: Exclude<DatePart, 'epoch-day'>; value: number }
  /** 1 where the field equals the category, else 0 (missing and unseen: 0). */
  | { op: 'one-hot'; field: string; category: string }
  /** The category's index in the list; missing or unseen is NaN. For categorical splits. */
  | { op: 'category-code'; field: string; categories: readonly string[] }
  /** (value of the category - mean) / scale: the smoothed mean of the target, fitted out-of-fold; missing or unseen has the value `otherwise`. */
  | {
      op: 'target-statistic';
      field: string;
      /** Multiclass: the class whose share it is. */
      class?: string;
      categories: readonly string[];
      values: readonly number[];
      otherwise: number;
      mean: number;
      scale: number;
    };

export type DatePart = BoundedPart | 'epoch-day';

/** What this code computes itself. */
export type NativeEstimator = LinearEstimator | TreesEstimator | ConstantEstimator;
export type Estimator = NativeEstimator | OnnxEstimator;

/** margin[k] = intercepts[k] + sum_j coefficients[k][j] * x[j]; one row for binary and regression, one a class for multiclass. */
export interface LinearEstimator {
  kind: 'linear';
  coefficients: number[][];
  intercepts: number[];
  link: Link;
}

/**
 * margin[k] = baseline[k] + sum over trees with output k of the leaf reached.
 * A forest stores leaves already divided by the number of trees, and has link `identity`: leaves are probabilities or values.
 */
export interface TreesEstimator {
  kind: 'trees';
  learner: 'boosting' | 'forest';
  baseline: number[];
  trees: Tree[];
  link: Link;
}

/** Predicts the same for every record: the majority-class or mean baseline. */
export interface ConstantEstimator {
  kind: 'constant';
  /** Probability of the positive class, of each class, or the value. */
  output: number[];
}

/**
 * An ONNX graph that another program trained, run by the ONNX runtime. It takes the raw fields, so that a model with it
 * has no features; what it does with missing values (NaN, the empty string) is its own affair.
 */
export interface OnnxEstimator {
  kind: 'onnx';
  /** sha256 of the graph's file, which lies beside the model. */
  digest: string;
  inputs: OnnxInputs;
  /** The tensor with the probabilities or values: [N], [N, 1] or [N, columns]. Of two columns of a binary model the second counts. */
  output: { name: string; columns: number };
}

/** How rows reach a graph: a tensor [N, 1] a field, of the field's name, or one tensor [N, fields] of all fields in order. */
export type OnnxInputs =
  | { form: 'columns'; tensors: { name: string; type: OnnxElement }[] }
  | { form: 'matrix'; name: string; type: 'float32' | 'float64' };

export type OnnxElement = 'float32' | 'float64' | 'int64' | 'string';

/** identity; logistic 1/(1+e^-m); softmax over the margins. */
export type Link = 'identity' | 'logistic' | 'softmax';

/**
 * A binary tree in arrays indexed by node; node 0 is the root. A leaf has feature -1.
 * Numeric split: left where x <= threshold. Categorical split: left where the code is in categories[node].
 * NaN (missing or unseen) goes left where missingLeft[node] is 1.
 */
export interface Tree {
  /** Which margin the leaves add to; for a forest with K > 1 outputs, `values` holds K numbers a node instead and output is -1. */
  output: number;
  feature: number[];
  threshold: number[];
  left: number[];
  right: number[];
  missingLeft: number[];
  /** Leaf values; 0 at inner nodes. Length nodes, or nodes * K where output is -1. */
  values: number[];
  /** Training weight (or rows) that reached each node; needed for path-dependent SHAP. */
  cover: number[];
  /** For categorical splits: the codes that go left, ascending; null at numeric splits and leaves. Absent when the tree has none. */
  categories?: (readonly number[] | null)[];
}
