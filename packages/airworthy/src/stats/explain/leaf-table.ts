import type { LeafWeights } from './leaf-weights.ts';
import type { TreePaths } from './tree-paths.ts';

/** What the leaves of a tree add, kept by leaf and mask so that it is computed once for all rows of the same mask. */
export interface LeafTable {
  readonly paths: TreePaths;
  readonly outputs: number;
  /** Leaves x outputs. */
  readonly values: Float64Array;
  /** Attributions found so far: outputs x the leaf's features each. Another array once it has grown. */
  readonly entries: Float64Array;
  /** Where in `entries` the leaf's attributions for the mask start; -1 where all are 0. */
  find(leaf: number, mask: number): number;
}

/** Leaves with more features look masks up in a map: a place for each would take more memory than the tree. */
const MOST_DENSE_FEATURES = 10;
const UNKNOWN = 0;
const NOTHING = -1;

export function createLeafTable(
  paths: TreePaths,
  weights: LeafWeights,
  values: Float64Array,
  outputs: number,
): LeafTable {
  const { count, start } = paths.leaves;
  const width = new Int32Array(count);
  const dense = new Int32Array(count + 1);
  let widest = 0;
  for (let leaf = 0; leaf < count; leaf++) {
    width[leaf] = start[leaf + 1] - start[leaf];
    widest = Math.max(widest, width[leaf]);
    dense[leaf + 1] = dense[leaf] + (width[leaf] <= MOST_DENSE_FEATURES ? 1 << width[leaf] : 0);
  }
  /** By leaf and mask: 0 not known yet, -1 nothing, else the start in `entries` plus 1. */
  const slots = new Int32Array(dense[count]);
  const sparse = new Map<number, number>();
  const found = new Float64Array(widest);
  let entries = new Float64Array(1_024);
  let used = 0;

  function add(leaf: number, mask: number): number {
    if (!weights.write(leaf, mask, found)) return NOTHING;
    const size = width[leaf] * outputs;
    if (used + size > entries.length) {
      const grown = new Float64Array(2 * entries.length + size);
      grown.set(entries);
      entries = grown;
    }
    const from = used;
    for (let k = 0; k < outputs; k++) {
      const value = values[leaf * outputs + k];
      for (let bit = 0; bit < width[leaf]; bit++) entries[used++] = found[bit] * value;
    }
    return from + 1;
  }

  function findSparse(leaf: number, mask: number): number {
    const key = leaf * 2 ** 31 + mask;
    let slot = sparse.get(key);
    if (slot === undefined) {
      slot = add(leaf, mask);
      sparse.set(key, slot);
    }
    return slot;
  }

  return {
    paths,
    outputs,
    values,
    get entries() {
      return entries;
    },
    find(leaf, mask) {
      const from = dense[leaf];
      if (from === dense[leaf + 1]) {
        const slot = findSparse(leaf, mask);
        return slot > 0 ? slot - 1 : NOTHING;
      }
      let slot = slots[from + mask];
      if (slot === UNKNOWN) {
        slot = add(leaf, mask);
        slots[from + mask] = slot;
      }
      return slot > 0 ? slot - 1 : NOTHING;
    },
  };
}
