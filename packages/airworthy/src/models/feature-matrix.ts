/** What a learner takes: the estimator's input in columns, one a feature. Read-only: columns may be those of a table. */
export interface FeatureMatrix {
  rows: number;
  features: MatrixFeature[];
}

export interface MatrixFeature {
  name: string;
  /**
   * Null for numbers. Else the values are codes 0 to categories - 1: trees split them as categories, linear
   * learners read the column as one indicator a category.
   */
  categories: number | null;
  /** NaN is missing. */
  values: Float64Array;
}
