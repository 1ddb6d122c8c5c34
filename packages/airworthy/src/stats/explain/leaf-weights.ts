/** What a leaf of value 1 adds, by the mask of the conditions that a row fails. */
export interface LeafWeights {
  /** The share of the background that reaches the leaf. */
  reach(leaf: number): number;
  /** Writes what each of the leaf's features gets; false where all get nothing. */
  write(leaf: number, mask: number, weights: Float64Array): boolean;
}
