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
  /** For trees of numeric splits alone, which are walked several rows at a time. */
  walk: Walk;
}

/**
 * A node in 16 bytes, seen as two doubles and as four integers: its threshold, its column, its left child. A leaf leads
 * back to itself, so that rows that arrive early may walk on with the others.
 */
interface Walk {
  numbers: Float64Array;
  integers: Int32Array;
  /** Levels below the root; 0 where a tree has a categorical split. */
  depths: Int32Array;
}

export function flattenTrees(estimator: TreesEstimator): FlatTrees {
  const { trees, baseline } = estimator;
  const nodes = trees.reduce((sum, tree) => sum + tree.feature.length, 0);
  const flat: FlatTrees = {
    roots: new Int32Array(trees.length),
    outputs: Int32Array.from(trees, (tree) => tree.output),
    feature: new Int32Array(nodes),
    value: new Float64Array(nodes),
    child: new Int32Array(nodes),
    missingRight: new Uint8Array(nodes),
    set: new Int32Array(nodes),
    sets: new Uint32Array(trees.reduce((sum, tree) => sum + countSetWords(tree), 0)),
    leafValues: new Float64Array(
      trees.reduce((sum, tree) => sum + countLeafValues(tree, baseline.length), 0),
    ),
    baseline: Float64Array.from(baseline),
    walk: emptyWalk(nodes, trees.length),
  };
  const free: Free = { node: 0, set: 0, leafValue: 0 };
  for (const [index, tree] of trees.entries()) {
    flat.roots[index] = free.node;
    flattenTree(tree, baseline.length, flat, free);
    if (!tree.categories?.some((codes) => codes !== null)) layWalk(flat, index, free.node);
  }
  return flat;
}

function emptyWalk(nodes: number, trees: number): Walk {
  const numbers = new Float64Array(2 * nodes);
  return { numbers, integers: new Int32Array(numbers.buffer), depths: new Int32Array(trees) };
}

/** Lays out the walk of a tree whose nodes end before `end`; children come behind their parents. */
function layWalk({ roots, feature, value, child, walk }: FlatTrees, tree: number, end: number): void {
  const start = roots[tree];
  const levels = new Int32Array(end - start);
  for (let node = start; node < end; node++) {
    const isLeaf = feature[node] === LEAF;
    walk.numbers[2 * node] = isLeaf ? Number.POSITIVE_INFINITY : value[node];
    walk.integers[4 * node + 2] = isLeaf ? 0 : feature[node];
    walk.integers[4 * node + 3] = isLeaf ? node : child[node];
    const level = levels[node - start];
    walk.depths[tree] = Math.max(walk.depths[tree], level);
    if (!isLeaf) levels.fill(level + 1, child[node] - start, child[node] - start + 2);
  }
}

/** The next free place in each of the arrays that trees share. */
interface Free {
  node: number;
  set: number;
  leafValue: number;
}

/** Lays one tree out level by level from the next free node. */
function flattenTree(tree: Tree, outputs: number, flat: FlatTrees, free: Free): void {
  const start = free.node;
  /** The tree's own number of each node laid out, in that order. */
  const queue = new Int32Array(tree.feature.length);
  free.node++;
  for (let to = start; to < free.node; to++) {
    const from = queue[to - start];
    const categories = tree.categories?.[from] ?? null;
    flat.missingRight[to] = 1 - tree.missingLeft[from];
    if (tree.feature[from] === LEAF) {
      flat.feature[to] = LEAF;
      flat.child[to] = free.leafValue;
      if (tree.output !== -1) flat.value[to] = tree.values[from];
      else
        for (let k = 0; k < outputs; k++) flat.leafValues[free.leafValue++] = tree.values[from * outputs + k];
      continue;
    }
    flat.feature[to] = categories ? -2 - tree.feature[from] : tree.feature[from];
    flat.value[to] = tree.threshold[from];
    if (categories) {
      flat.set[to] = free.set;
      free.set += writeBits(categories, flat.sets, free.set);
    }
    flat.child[to] = free.node;
    queue[free.node - start] = tree.left[from];
    queue[free.node - start + 1] = tree.right[from];
    free.node += 2;
  }
}

/** Words of 32 bits that hold codes up to the last, the largest. */
function countWords(codes: readonly number[]): number {
  return 1 + ((codes.at(-1) ?? -1) >> 5);
}

function countSetWords({ categories }: Tree): number {
  return (categories ?? []).reduce((sum, codes) => sum + (codes ? 1 + countWords(codes) : 0), 0);
}

function countLeafValues({ output, feature }: Tree, outputs: number): number {
  if (output !== -1) return 0;
  return outputs * feature.reduce((leaves, column) => leaves + (column === LEAF ? 1 : 0), 0);
}

/** Writes the number of words, then the words; returns how many that were. */
function writeBits(codes: readonly number[], sets: Uint32Array, start: number): number {
  const words = countWords(codes);
  sets[start] = words;
  for (const code of codes) sets[start + 1 + (code >> 5)] |= 1 << (code & 31);
  return 1 + words;
}

/**
 * Margins (rows x outputs) of `rows` rows of features (row-major, `width` a row): the baseline plus one leaf a tree.
 * Tree by tree over the whole block, so that a tree's nodes stay in the cache; of few rows, several trees at a time.
 */
export function treeMargins(
  trees: FlatTrees,
  features: Float64Array,
  width: number,
  rows: number,
  margins: Float64Array,
): void {
  const { roots, baseline } = trees;
  for (let row = 0; row < rows; row++) margins.set(baseline, row * baseline.length);
  if (rows < TOGETHER) {
    const leaves = new Int32Array(roots.length);
    for (let row = 0; row < rows; row++) {
      reachLeavesOfRow(trees, features, row * width, width, leaves);
      for (let tree = 0; tree < roots.length; tree++) addLeaf(trees, tree, leaves[tree], row, margins);
    }
    return;
  }
  const leaves = new Int32Array(rows);
  const mayWalk = hasNoMissing(features, 0, rows * width);
  for (let tree = 0; tree < roots.length; tree++) {
    reachLeavesOfTree(trees, tree, features, width, mayWalk, leaves);
    for (let row = 0; row < rows; row++) addLeaf(trees, tree, leaves[row], row, margins);
  }
}

function addLeaf(
  { outputs, value, child, leafValues, baseline }: FlatTrees,
  tree: number,
  leaf: number,
  row: number,
  margins: Float64Array,
): void {
  const count = baseline.length;
  const output = outputs[tree];
  if (output >= 0) margins[row * count + output] += value[leaf];
  else for (let k = 0; k < count; k++) margins[row * count + k] += leafValues[child[leaf] + k];
}

function hasNoMissing(features: Float64Array, start: number, end: number): boolean {
  for (let index = start; index < end; index++) if (Number.isNaN(features[index])) return false;
  return true;
}

/** Rows, or trees, that are walked side by side: the processor loads the next node of one while it compares another. */
const TOGETHER = 4;

/** The leaf that each row reaches in a tree; `mayWalk` where no feature is missing. */
function reachLeavesOfTree(
  trees: FlatTrees,
  tree: number,
  features: Float64Array,
  width: number,
  mayWalk: boolean,
  leaves: Int32Array,
): void {
  const { roots, walk } = trees;
  const root = roots[tree];
  const depth = walk.depths[tree];
  const even = mayWalk && depth > 0 ? leaves.length - (leaves.length % TOGETHER) : 0;
  for (let row = 0; row < even; row += TOGETHER) {
    const start = row * width;
    walkFour(walk, features, start, width, depth, root, root, root, root, leaves, row);
  }
  for (let row = even; row < leaves.length; row++)
    leaves[row] = reachLeaf(trees, root, features, row * width);
}

/** The leaf that the row which starts at `start` reaches in each tree. */
function reachLeavesOfRow(
  trees: FlatTrees,
  features: Float64Array,
  start: number,
  width: number,
  leaves: Int32Array,
): void {
  const { roots, walk } = trees;
  const even = hasNoMissing(features, start, start + width) ? leaves.length - (leaves.length % TOGETHER) : 0;
  for (let tree = 0; tree < even; tree += TOGETHER) {
    const depth = depthOfFour(walk.depths, tree);
    if (depth > 0)
      walkFour(
        walk,
        features,
        start,
        0,
        depth,
        roots[tree],
        roots[tree + 1],
        roots[tree + 2],
        roots[tree + 3],
        leaves,
        tree,
      );
    else reachOneByOne(trees, features, start, tree, tree + TOGETHER, leaves);
  }
  reachOneByOne(trees, features, start, even, leaves.length, leaves);
}

/** The depth of the deepest of four trees; 0 where one of them cannot be walked. */
function depthOfFour(depths: Int32Array, first: number): number {
  const [depth0, depth1, depth2, depth3] = [
    depths[first],
    depths[first + 1],
    depths[first + 2],
    depths[first + 3],
  ];
  return depth0 && depth1 && depth2 && depth3 && Math.max(depth0, depth1, depth2, depth3);
}

function reachOneByOne(
  trees: FlatTrees,
  features: Float64Array,
  start: number,
  first: number,
  end: number,
  leaves: Int32Array,
): void {
  for (let tree = first; tree < end; tree++)
    leaves[tree] = reachLeaf(trees, trees.roots[tree], features, start);
}

/**
 * Walks down from four roots and writes the leaves from `at` on. The first walk's row starts at `start`, each other one
 * `apart` behind the one before; no feature may be missing.
 */
function walkFour(
  { numbers, integers }: Walk,
  features: Float64Array,
  start: number,
  apart: number,
  depth: number,
  root0: number,
  root1: number,
  root2: number,
  root3: number,
  leaves: Int32Array,
  at: number,
): void {
  const [start1, start2, start3] = [start + apart, start + 2 * apart, start + 3 * apart];
  let [node0, node1, node2, node3] = [root0, root1, root2, root3];
  for (let level = 0; level < depth; level++) {
    const next0 =
      integers[4 * node0 + 3] + Number(features[start + integers[4 * node0 + 2]] > numbers[2 * node0]);
    const next1 =
      integers[4 * node1 + 3] + Number(features[start1 + integers[4 * node1 + 2]] > numbers[2 * node1]);
    const next2 =
      integers[4 * node2 + 3] + Number(features[start2 + integers[4 * node2 + 2]] > numbers[2 * node2]);
    const next3 =
      integers[4 * node3 + 3] + Number(features[start3 + integers[4 * node3 + 2]] > numbers[2 * node3]);
    // All have arrived: a deep tree has few rows at its deepest leaf.
    if (((next0 ^ node0) | (next1 ^ node1) | (next2 ^ node2) | (next3 ^ node3)) === 0) break;
    node0 = next0;
    node1 = next1;
    node2 = next2;
    node3 = next3;
  }
  leaves[at] = node0;
  leaves[at + 1] = node1;
  leaves[at + 2] = node2;
  leaves[at + 3] = node3;
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
