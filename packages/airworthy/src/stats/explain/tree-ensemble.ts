/**
 * A binary tree in arrays by node, as models keep it: node 0 is the root, a leaf has feature -1. Left where x <= threshold,
 * or where the code is among the node's categories; NaN left where missingLeft is 1.
 */
export interface ExplainedTree {
  /** Which margin the leaves add to; -1 where `values` holds one number a margin and node. */
  output: number;
  feature: ArrayLike<number>;
  threshold: ArrayLike<number>;
  left: ArrayLike<number>;
  right: ArrayLike<number>;
  missingLeft: ArrayLike<number>;
  values: ArrayLike<number>;
  /** Training weight that reached each node. */
  cover: ArrayLike<number>;
  categories?: readonly (readonly number[] | null)[];
}

/** margin[k] = baseline[k] + the leaves reached in the trees of output k. */
export interface TreeEnsemble {
  baseline: ArrayLike<number>;
  trees: readonly ExplainedTree[];
}

/** Rows of features, row-major. */
export interface FeatureRows {
  rows: number;
  columns: number;
  values: Float64Array;
}

/** What each feature adds to each margin of each row. */
export interface Attribution {
  /** Per output the mean margin: what the values are added to. */
  base: Float64Array;
  /** Rows x outputs x features, row-major. */
  values: Float64Array;
}
