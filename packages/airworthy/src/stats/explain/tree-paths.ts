import { AirworthyError } from '../../kernel/errors.ts';
import type { ExplainedTree } from './tree-ensemble.ts';

/** Distinct features on one way from root to leaf: each is a bit of a signed 32-bit mask. */
export const MOST_PATH_FEATURES = 30;

/**
 * A tree from the view of its leaves. Each leaf has the distinct features on its way, numbered from the root: bit i of a
 * row's mask says that the row fails a condition on feature i, so that it reaches the leaf where the mask is 0. What
 * a leaf adds to a row's attribution depends on the mask alone.
 */
export interface TreePaths {
  /** Inner nodes, parents before children. `left` and `right` are places in the masks; the root's is 0. */
  inner: {
    count: number;
    place: Int32Array;
    feature: Int32Array;
    threshold: Float64Array;
    missingRight: Uint8Array;
    bit: Int32Array;
    left: Int32Array;
    right: Int32Array;
    /** By inner node whether a code goes left; null at numeric splits, absent where there is no other. */
    codesLeft: (Uint8Array | null)[] | null;
  };
  leaves: {
    count: number;
    place: Int32Array;
    /** The node's own number in the tree. */
    node: Int32Array;
    /** Where the leaf's features start in `features`; one longer than the leaves. */
    start: Int32Array;
    features: Int32Array;
    /** By place in `features`: the share of the training weight that goes the leaf's way at that feature's nodes. */
    shares: Float64Array;
  };
}

/** One node on the way down. */
interface Step {
  node: number;
  place: number;
  /** Distinct features so far, and the share of cover each has kept. */
  features: readonly number[];
  shares: readonly number[];
}

/** @throws EXPLANATION_NOT_POSSIBLE where a way has more distinct features than a mask has bits. */
export function planPaths(tree: ExplainedTree): TreePaths {
  const inner: InnerNode[] = [];
  const leaves: { place: number; node: number; features: readonly number[]; shares: readonly number[] }[] =
    [];
  const stack: Step[] = [{ node: 0, place: 0, features: [], shares: [] }];
  let places = 1;
  for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
    const { node, place, features, shares } = step;
    const feature = tree.feature[node];
    if (feature < 0) {
      leaves.push({ place, node, features, shares });
      continue;
    }
    const bit = bitOf(features, feature);
    const [left, right] = [places++, places++];
    inner.push({ node, place, feature, bit, left, right });
    for (const [child, at] of [
      [tree.right[node], right],
      [tree.left[node], left],
    ]) {
      stack.push({ node: child, place: at, ...stepDown(step, feature, bit, coverShare(tree, node, child)) });
    }
  }
  return { inner: layInner(tree, inner), leaves: layLeaves(leaves) };
}

interface InnerNode {
  node: number;
  place: number;
  feature: number;
  bit: number;
  left: number;
  right: number;
}

function bitOf(features: readonly number[], feature: number): number {
  const known = features.indexOf(feature);
  const bit = known < 0 ? features.length : known;
  if (bit < MOST_PATH_FEATURES) return bit;
  throw new AirworthyError('EXPLANATION_NOT_POSSIBLE', {
    message: `a tree asks for more than ${MOST_PATH_FEATURES} different features before one leaf, more than tree SHAP takes`,
    remedy: 'Use --algorithm permutation, or kernel.',
  });
}

/** Of a node without training rows each side has half. */
function coverShare({ cover }: ExplainedTree, node: number, child: number): number {
  return cover[node] > 0 ? cover[child] / cover[node] : 0.5;
}

function stepDown(
  { features, shares }: Step,
  feature: number,
  bit: number,
  share: number,
): Pick<Step, 'features' | 'shares'> {
  if (bit === features.length) return { features: [...features, feature], shares: [...shares, share] };
  return { features, shares: shares.with(bit, shares[bit] * share) };
}

function layInner(tree: ExplainedTree, nodes: readonly InnerNode[]): TreePaths['inner'] {
  const hasCodes = nodes.some(({ node }) => tree.categories?.[node]);
  return {
    count: nodes.length,
    place: Int32Array.from(nodes, ({ place }) => place),
    feature: Int32Array.from(nodes, ({ feature }) => feature),
    threshold: Float64Array.from(nodes, ({ node }) => tree.threshold[node]),
    missingRight: Uint8Array.from(nodes, ({ node }) => 1 - tree.missingLeft[node]),
    bit: Int32Array.from(nodes, ({ bit }) => 1 << bit),
    left: Int32Array.from(nodes, ({ left }) => left),
    right: Int32Array.from(nodes, ({ right }) => right),
    codesLeft: hasCodes ? nodes.map(({ node }) => codesLeft(tree.categories?.[node] ?? null)) : null,
  };
}

function codesLeft(codes: readonly number[] | null): Uint8Array | null {
  if (codes === null) return null;
  const left = new Uint8Array(codes.reduce((most, code) => Math.max(most, code + 1), 0));
  for (const code of codes) left[code] = 1;
  return left;
}

function layLeaves(
  leaves: readonly { place: number; node: number; features: readonly number[]; shares: readonly number[] }[],
): TreePaths['leaves'] {
  const start = new Int32Array(leaves.length + 1);
  for (const [leaf, { features }] of leaves.entries()) start[leaf + 1] = start[leaf] + features.length;
  return {
    count: leaves.length,
    place: Int32Array.from(leaves, ({ place }) => place),
    node: Int32Array.from(leaves, ({ node }) => node),
    start,
    features: Int32Array.from(leaves.flatMap(({ features }) => features)),
    shares: Float64Array.from(leaves.flatMap(({ shares }) => shares)),
  };
}

/** Writes the mask of every place for the row that starts at `row` of `values`; `masks` is as long as the places. */
export function writeMasks({ inner }: TreePaths, values: Float64Array, row: number, masks: Int32Array): void {
  const { count, place, feature, threshold, missingRight, bit, left, right, codesLeft } = inner;
  masks[0] = 0;
  for (let node = 0; node < count; node++) {
    const x = values[row + feature[node]];
    const codes = codesLeft === null ? null : codesLeft[node];
    // Arithmetic instead of branches: which way a row goes is what a processor cannot foresee.
    const beyond = codes === null ? Number(x > threshold[node]) : 1 - (codes[x] ?? 0);
    const goesRight = Number.isNaN(x) ? missingRight[node] : beyond;
    const mask = masks[place[node]];
    masks[left[node]] = mask | (-goesRight & bit[node]);
    masks[right[node]] = mask | ((goesRight - 1) & bit[node]);
  }
}

/** How many places a tree's masks have: as many as nodes. */
export function countPlaces({ inner, leaves }: TreePaths): number {
  return inner.count + leaves.count;
}
