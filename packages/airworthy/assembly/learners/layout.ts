// What lies where in memory. src/training/learners/kernel/layout.ts says the same for the other side.

/** Bins of one feature in a histogram: 0 to 254 for values, the last for missing. */
export const BINS: u32 = 256;
export const MISSING_BIN: u32 = 255;

/**
 * One bin is two 64-bit integers: the sum of gradients, and the sum of hessians with the number of rows above it
 * (from bit `shift` on). Integers, because their sums are exact: neither the order of the rows nor the number of
 * threads can change a bit of the result, and parent minus child is exactly the other child.
 */
export const BIN_BYTES_LOG2: u32 = 4;
export const FEATURE_BYTES: u32 = BINS << BIN_BYTES_LOG2;

/** Limits on splits, the same at all nodes of a tree. Hessians and l2 are in the histogram's units. */
@unmanaged
export class Rules {
  l2: f64;
  leastHessian: f64;
  /** Added to a category's hessian when categories are put in order. */
  smoothing: f64;
  leastRows: u32;
  /** Categories with fewer rows always go right. */
  leastCategoryRows: u32;
  /** The bit of a bin's second integer at which the row count begins. */
  shift: u32;
}

/** A node whose split is looked for. Leaf values stay in [lower, upper]. */
@unmanaged
export class Node {
  gradient: f64;
  hessian: f64;
  /** What a split must be better than. */
  score: f64;
  lower: f64;
  upper: f64;
  rows: u32;
  /** Where a byte a feature says whether the node may split on it; 0 where it may on all. */
  allowed: u32;
  /** Not 0 where monotone constraints are in force. */
  constrained: u32;
}

/** What the search knows of a feature. */
@unmanaged
export class Trait {
  bins: u8;
  categorical: u8;
  /** 1 where the prediction may only rise with the feature, -1 only fall, 0 free. */
  direction: i8;
  padding: u8;
}

/** The best split of one feature: the sums of its left side and which bins belong to it. */
@unmanaged
export class Split {
  score: f64;
  gradient: f64;
  hessian: f64;
  rows: u32;
  /** The last bin that goes left, or NO_SPLIT. */
  bin: u32;
  missingLeft: u32;
  padding: u32;
  /** 256 bits, one a bin: which categories go left. Read only for a categorical feature. */
  categories0: u64;
  categories1: u64;
  categories2: u64;
  categories3: u64;
}

export const NO_SPLIT: u32 = 0xffffffff;
