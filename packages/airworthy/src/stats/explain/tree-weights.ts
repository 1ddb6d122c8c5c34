import { binomial } from './binomial.ts';
import type { LeafWeights } from './leaf-weights.ts';
import type { FeatureRows } from './tree-ensemble.ts';
import { countPlaces, MOST_PATH_FEATURES, type TreePaths, writeMasks } from './tree-paths.ts';

/**
 * SHARE[a * SIDE + b] = a! b! / (a + b + 1)!: the weight of one feature among a + b others of which a come first; the
 * reciprocal of (a + b + 1) times the binomial of a + b over a.
 */
const SIDE = MOST_PATH_FEATURES + 1;
const SHARE = Float64Array.from({ length: SIDE * SIDE }, (_, at) => {
  const [a, b] = [Math.floor(at / SIDE), at % SIDE];
  return 1 / ((a + b + 1) * binomial(a + b, a));
});

/**
 * Weights against background rows. A leaf is reached by a coalition where for every feature on the way the row that gives
 * it passes: with U the features only the background row fails and V those only x fails, each of U gets
 * (|U|-1)! |V|! / (|U|+|V|)!, each of V -|U|! (|V|-1)! / (|U|+|V|)!. A feature both fail closes the leaf.
 */
export function pairWeights(paths: TreePaths, background: FeatureRows): LeafWeights {
  const { start, masks, shares } = countMasks(paths, background);
  const width = (leaf: number) => paths.leaves.start[leaf + 1] - paths.leaves.start[leaf];
  return {
    reach(leaf) {
      // Masks ascend: those that fail nothing are first.
      return start[leaf] < start[leaf + 1] && masks[start[leaf]] === 0 ? shares[start[leaf]] : 0;
    },
    write(leaf, mask, weights) {
      const features = width(leaf);
      const failed = countBits(mask);
      weights.fill(0, 0, features);
      let any = false;
      let loss = 0;
      for (let at = start[leaf]; at < start[leaf + 1]; at++) {
        const other = masks[at];
        if ((other & mask) !== 0 || (other | mask) === 0) continue;
        any = true;
        const passed = countBits(other);
        if (failed > 0) loss += shares[at] * SHARE[passed * SIDE + failed - 1];
        if (passed === 0) continue;
        const gain = shares[at] * SHARE[(passed - 1) * SIDE + failed];
        for (let left = other; left !== 0; left &= left - 1) weights[lowestBit(left)] += gain;
      }
      for (let left = mask; left !== 0; left &= left - 1) weights[lowestBit(left)] -= loss;
      return any;
    },
  };
}

/** By leaf the distinct masks of the background rows, ascending, and which share of the rows has each. */
function countMasks(
  paths: TreePaths,
  { rows, columns, values }: FeatureRows,
): { start: Int32Array; masks: Int32Array; shares: Float64Array } {
  const { count, place } = paths.leaves;
  const all = new Int32Array(count * rows);
  const own = new Int32Array(countPlaces(paths));
  for (let row = 0; row < rows; row++) {
    writeMasks(paths, values, row * columns, own);
    for (let leaf = 0; leaf < count; leaf++) all[leaf * rows + row] = own[place[leaf]];
  }
  const start = new Int32Array(count + 1);
  const masks = new Int32Array(count * rows);
  const shares = new Float64Array(count * rows);
  let used = 0;
  for (let leaf = 0; leaf < count; leaf++) {
    const sorted = all.subarray(leaf * rows, (leaf + 1) * rows).sort();
    for (let row = 0; row < rows; row++) {
      if (row === 0 || sorted[row] !== sorted[row - 1]) masks[used++] = sorted[row];
      shares[used - 1] += 1 / rows;
    }
    start[leaf + 1] = used;
  }
  return { start, masks, shares };
}

/**
 * Weights by training cover. With p the share of cover a feature's nodes send the leaf's way and o 1 where x passes them
 * all, else 0: feature j gets (o_j - p_j) times the sum over subsets S of the others of |S|! (d-1-|S|)! / d! times the
 * product of o over S and of p over the rest. The sums by size of S are the coefficients of the product of (p + o z).
 */
export function coverWeights(paths: TreePaths): LeafWeights {
  const { start, shares } = paths.leaves;
  const sums = new Float64Array(SIDE + 1);
  return {
    reach(leaf) {
      let product = 1;
      for (let at = start[leaf]; at < start[leaf + 1]; at++) product *= shares[at];
      return product;
    },
    write(leaf, mask, weights) {
      const from = start[leaf];
      const features = start[leaf + 1] - from;
      for (let feature = 0; feature < features; feature++) {
        sumBySize(shares, from, features, feature, mask, sums);
        let total = 0;
        for (let size = 0; size < features; size++)
          total += SHARE[size * SIDE + features - 1 - size] * sums[size];
        weights[feature] = (passes(mask, feature) - shares[from + feature]) * total;
      }
      return features > 0;
    },
  };
}

/** The coefficients of the product over all features but one; a feature that x fails only stands outside of S. */
function sumBySize(
  shares: Float64Array,
  from: number,
  features: number,
  without: number,
  mask: number,
  sums: Float64Array,
): void {
  sums.fill(0, 0, features + 1);
  sums[0] = 1;
  for (let other = 0; other < features; other++) {
    if (other === without) continue;
    const inside = passes(mask, other);
    for (let size = features; size > 0; size--)
      sums[size] = shares[from + other] * sums[size] + inside * sums[size - 1];
    sums[0] *= shares[from + other];
  }
}

const passes = (mask: number, feature: number): number => 1 - ((mask >>> feature) & 1);

const lowestBit = (mask: number): number => 31 - Math.clz32(mask & -mask);

/** How many bits of a 32-bit number are set. */
function countBits(mask: number): number {
  const pairs = mask - ((mask >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
