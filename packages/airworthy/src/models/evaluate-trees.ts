import type { Tree, TreesEstimator } from './model.ts';

const LEAF = -1;

/**
 * All trees in flat arrays. Siblings are neighbours, so one child index leads to both: left at `child`, right after
 * it. `feature` is -1 at a leaf, the column at a numeric split, -2 - column at a categorical one.
 */
export interface FlatTrees {
  roots: Int32Array;
  /** The margin a tree adds to; -1 where its leaves hold one value an output. */
  outputs: Int32Array;
  feature: Int32Array;
  /** The threshold of a numeric split; the value of a leaf with one. */
  value: Float64Array;
  /** The left child; at a leaf with many values, where they start in `leafValues`. */
  child: Int32Array;
  missingRight: Uint8Array;
  /** Where a categorical split's set starts in `sets`: its length in words, then the bits. */
  set: Int32Array;
  sets: Uint32Array;
  leafValues: Float64Array;
  baseline: Float64Array;
}

export function flattenTrees(estimator: TreesEstimator): FlatTrees {
  const outputs = estimator.baseline.length;
  const nodes = estimator.trees.reduce((sum, tree) => sum + tree.feature.length, 0);
  const sets: number[] = [];
  const leafValues: number[] = [];
  const flat = {
    roots: new Int32Array(estimator.trees.length),
    outputs: Int32Array.from(estimator.trees, (tree) => tree.output),
    feature: new Int32Array(nodes),
    value: new Float64Array(nodes),
    child: new Int32Array(nodes),
    missingRight: new Uint8Array(nodes),
    set: new Int32Array(nodes),
    baseline: Float64Array.from(estimator.baseline),
  };
  let next = 0;
  estimator.trees.forEach((tree, index) => {
    flat.roots[index] = next;
    next = flattenTree(tree, outputs, next, flat, sets, leafValues);
  });
  return { ...flat, sets: Uint32Array.from(sets), leafValues: Float64Array.from(leafValues) };
}

/** Lays one tree out level by level from `start`; returns the next free node. */
function flattenTree(
  tree: Tree,
  outputs: number,
  start: number,
  flat: Omit<FlatTrees, 'sets' | 'leafValues'>,
  sets: number[],
  leafValues: number[],
): number {
  let free = start + 1;
  const queue: [from: number, to: number][] = [[0, start]];
  for (const [from, to] of queue) {
    const categories = tree.categories?.[from] ?? null;
    flat.missingRight[to] = 1 - tree.missingLeft[from];
    if (tree.feature[from] === LEAF) {
      flat.feature[to] = LEAF;
      flat.child[to] = leafValues.length;
      if (tree.output === -1) leafValues.push(...tree.values.slice(from * outputs, (from + 1) * outputs));
      else flat.value[to] = tree.values[from];
      continue;
    }
    flat.feature[to] = categories ? -2 - tree.feature[from] : tree.feature[from];
    flat.value[to] = tree.threshold[from];
    if (categories) {
      flat.set[to] = sets.length;
      sets.push(...toBits(categories));
    }
    flat.child[to] = free;
    queue.push([tree.left[from], free], [tree.right[from], free + 1]);
    free += 2;
  }
  return free;
}

/** The number of 32-bit words, then the words. */
function toBits(codes: readonly number[]): number[] {
  const words = new Uint32Array(1 + ((codes.at(-1) ?? -1) >> 5));
  for (const code of codes) words[code >> 5] |= 1 << (code & 31);
  return [words.length, ...words];
}

/**
 * Margins (rows x outputs) of `rows` rows of features (row-major, `width` a row): the baseline plus one leaf a tree.
 * Tree by tree over the whole block, so that a tree's nodes stay in the cache.
 */
export function treeMargins(
  trees: FlatTrees,
  features: Float64Array,
  width: number,
  rows: number,
  margins: Float64Array,
): void {
  const { roots, outputs, value, child, leafValues, baseline } = trees;
  const count = baseline.length;
  for (let row = 0; row < rows; row++) margins.set(baseline, row * count);
  for (let tree = 0; tree < roots.length; tree++) {
    const root = roots[tree];
    const output = outputs[tree];
    for (let row = 0; row < rows; row++) {
      const leaf = reachLeaf(trees, root, features, row * width);
      if (output >= 0) margins[row * count + output] += value[leaf];
      else for (let k = 0; k < count; k++) margins[row * count + k] += leafValues[child[leaf] + k];
    }
  }
}

/** Adds comparisons as numbers instead of branching on them: a mispredicted branch costs more than the arithmetic. */
function reachLeaf(trees: FlatTrees, root: number, features: Float64Array, row: number): number {
  const { feature, value, child, missingRight } = trees;
  let node = root;
  let column = feature[node];
  while (column !== LEAF) {
    const isCategorical = column < 0;
    const x = features[row + (isCategorical ? -2 - column : column)];
    const beyond = isCategorical ? notInSet(trees, node, x) : Number(x > value[node]);
    node = child[node] + (beyond | (Number(Number.isNaN(x)) & missingRight[node]));
    column = feature[node];
  }
  return node;
}

/** 1 where the code is not in the categorical split's set; 0 for NaN, whose way `missingRight` tells. */
function notInSet(trees: FlatTrees, node: number, code: number): number {
  if (Number.isNaN(code)) return 0;
  const start = trees.set[node];
  const word = code >> 5;
  return word < trees.sets[start] ? 1 - ((trees.sets[start + 1 + word] >>> (code & 31)) & 1) : 1;
}
