// The best split of one feature at one node, from its histogram. Gradients, hessians, l2 and bounds are in the
// histogram's own integer units, so scores compare inside a node; the caller scales them.
//
// A side with gradient G and hessian H scores G² / (H + l2); a split is worth the sum of its sides.

import { BIN_BYTES_LOG2, BINS, FEATURE_BYTES, MISSING_BIN, NO_SPLIT, Node, Rules, Split, Trait } from './layout';

@inline
function binAt(histogram: usize, bin: u32): v128 {
  return v128.load(histogram + (<usize>bin << BIN_BYTES_LOG2));
}

@inline
function isEmpty(histogram: usize, bin: u32): bool {
  return !load<i64>(histogram + (<usize>bin << BIN_BYTES_LOG2), 8);
}

@inline
function gradientOf(entry: v128): f64 {
  return <f64>i64x2.extract_lane(entry, 0);
}

@inline
function hessianOf(entry: v128, shift: u32): f64 {
  return <f64>(i64x2.extract_lane(entry, 1) & (((<i64>1) << shift) - 1));
}

@inline
function rowsOf(entry: v128, shift: u32): u32 {
  return <u32>((<u64>i64x2.extract_lane(entry, 1)) >> shift);
}

export function record(
  out: Split,
  score: f64,
  gradient: i64,
  packed: i64,
  shift: u32,
  bin: u32,
  missingLeft: u32,
): void {
  out.score = score;
  out.gradient = <f64>gradient;
  out.hessian = <f64>(packed & (((<i64>1) << shift) - 1));
  out.rows = <u32>((<u64>packed) >> shift);
  out.bin = bin;
  out.missingLeft = missingLeft;
}

/** Begins with "no split is better than the node as it is". */
function open(out: Split, node: Node): void {
  out.score = node.score;
  out.bin = NO_SPLIT;
}

/** The best split of each of `count` features from `first` on; `histogram` is that of the first, `splits` has a record a feature. */
export function searchFeatures(
  histogram: usize,
  first: u32,
  count: u32,
  traits: usize,
  node: Node,
  rules: Rules,
  order: usize,
  splits: usize,
): void {
  for (let feature = first; feature < first + count; feature++) {
    const trait = changetype<Trait>(traits + feature * offsetof<Trait>());
    const out = changetype<Split>(splits + feature * offsetof<Split>());
    if (node.allowed && !load<u8>(<usize>node.allowed + feature)) open(out, node);
    else if (trait.categorical) searchCategories(histogram, trait.bins, node, rules, order, out);
    else if (node.constrained) searchConstrained(histogram, trait.bins, trait.direction, node, rules, out);
    else searchThresholds(histogram, trait.bins, node, rules, out);
    histogram += FEATURE_BYTES;
  }
}

/**
 * Best threshold split: bins 0 to the recorded one go left. Where the node has missing values, both sides are tried
 * for them; otherwise missing goes with the larger side.
 */
function searchThresholds(histogram: usize, bins: u32, node: Node, rules: Rules, out: Split): void {
  open(out, node);
  scanThresholds(histogram, bins, i64x2.splat(0), 0, node, rules, out);
  if (!isEmpty(histogram, MISSING_BIN)) {
    scanThresholds(histogram, bins, binAt(histogram, MISSING_BIN), 1, node, rules, out);
  }
  settleThreshold(histogram, bins, node, out);
}

function scanThresholds(
  histogram: usize,
  bins: u32,
  start: v128,
  missingLeft: u32,
  node: Node,
  rules: Rules,
  out: Split,
): void {
  // Read once: the compiler cannot know that writing a record leaves these as they are.
  const rows = node.rows;
  const gradient = node.gradient;
  const hessian = node.hessian;
  const shift = rules.shift;
  const hessianMask = ((<i64>1) << shift) - 1;
  const l2 = rules.l2;
  const leastRows = rules.leastRows;
  const leastHessian = rules.leastHessian;
  let best = out.score;
  let sum = i64x2.extract_lane(start, 0);
  let packed = i64x2.extract_lane(start, 1);
  for (let bin: u32 = 0; bin < bins; bin++) {
    const at = histogram + (<usize>bin << BIN_BYTES_LOG2);
    const here = load<i64>(at, 8);
    if (!here) continue;
    packed += here;
    sum += load<i64>(at);
    const leftRows = <u32>((<u64>packed) >> shift);
    if (leftRows < leastRows) continue;
    if (rows - leftRows < leastRows) break;
    const leftHessian = <f64>(packed & hessianMask);
    if (leftHessian < leastHessian) continue;
    const rightHessian = hessian - leftHessian;
    if (rightHessian < leastHessian) break;
    const leftGradient = <f64>sum;
    const rightGradient = gradient - leftGradient;
    const a = leftHessian + l2;
    const b = rightHessian + l2;
    // left² / a + right² / b > best, without dividing where it does not hold.
    const numerator = leftGradient * leftGradient * b + rightGradient * rightGradient * a;
    if (numerator > best * (a * b)) {
      best = numerator / (a * b);
      record(out, best, sum, packed, shift, bin, missingLeft);
    }
  }
}

/**
 * A split after bin b is the same for these rows as one anywhere in the run of empty bins that follows: take the
 * middle of the run, as far from both sides as may be.
 */
function settleThreshold(histogram: usize, bins: u32, node: Node, out: Split): void {
  if (out.bin === NO_SPLIT) return;
  let next = out.bin + 1;
  while (next < bins && isEmpty(histogram, next)) next++;
  out.bin = next < bins ? (out.bin + next - 1) >> 1 : bins - 1;
  if (isEmpty(histogram, MISSING_BIN)) out.missingLeft = out.rows > node.rows - out.rows ? 1 : 0;
}

function boundedValue(gradient: f64, weight: f64, node: Node): f64 {
  return min(max(-gradient / weight, node.lower), node.upper);
}

/** What a side scores with this value: G² / (H + l2) where no bound binds. */
function scoreOf(gradient: f64, weight: f64, value: f64): f64 {
  return -value * (2 * gradient + weight * value);
}

/**
 * As searchThresholds under monotone constraints: leaf values stay in the node's bounds, and where `direction` is
 * 1 (-1) the left value must not be above (below) the right one.
 */
function searchConstrained(
  histogram: usize,
  bins: u32,
  direction: f64,
  node: Node,
  rules: Rules,
  out: Split,
): void {
  open(out, node);
  const shift = rules.shift;
  for (let missingLeft: u32 = 0; missingLeft < 2; missingLeft++) {
    if (missingLeft && isEmpty(histogram, MISSING_BIN)) break;
    let left = missingLeft ? binAt(histogram, MISSING_BIN) : i64x2.splat(0);
    for (let bin: u32 = 0; bin < bins; bin++) {
      if (isEmpty(histogram, bin)) continue;
      left = i64x2.add(left, binAt(histogram, bin));
      const leftRows = rowsOf(left, shift);
      const leftHessian = hessianOf(left, shift);
      const rightHessian = node.hessian - leftHessian;
      if (leftRows < rules.leastRows || leftHessian < rules.leastHessian) continue;
      if (node.rows - leftRows < rules.leastRows || rightHessian < rules.leastHessian) break;
      const leftGradient = gradientOf(left);
      const rightGradient = node.gradient - leftGradient;
      const leftValue = boundedValue(leftGradient, leftHessian + rules.l2, node);
      const rightValue = boundedValue(rightGradient, rightHessian + rules.l2, node);
      if ((rightValue - leftValue) * direction < 0) continue;
      const score =
        scoreOf(leftGradient, leftHessian + rules.l2, leftValue) +
        scoreOf(rightGradient, rightHessian + rules.l2, rightValue);
      if (score > out.score) record(out, score, i64x2.extract_lane(left, 0), i64x2.extract_lane(left, 1), shift, bin, missingLeft);
    }
  }
  settleThreshold(histogram, bins, node, out);
}

/** An entry of the order of categories: f64 key, u32 bin. */
export const ORDER_BYTES: usize = 16;

/**
 * Best split by a set of categories. Those with enough rows are put in the order of their mean gradient (Fisher 1958:
 * the best subset is a run of that order), then runs from either end are tried as the left side. Rare, missing and
 * unseen categories always go right, so a category that a tree never saw has a defined side.
 * `order` is scratch for 255 entries.
 */
function searchCategories(
  histogram: usize,
  bins: u32,
  node: Node,
  rules: Rules,
  order: usize,
  out: Split,
): void {
  open(out, node);
  let used: u32 = 0;
  let orderedRows: u32 = 0;
  for (let bin: u32 = 0; bin < bins; bin++) {
    const entry = binAt(histogram, bin);
    const rows = rowsOf(entry, rules.shift);
    if (!rows || rows < rules.leastCategoryRows) continue;
    insertOrdered(order, used, gradientOf(entry) / (hessianOf(entry, rules.shift) + rules.smoothing), bin);
    orderedRows += rows;
    used++;
  }
  // Where all rows are in the order, a run past its middle only mirrors one from the other end.
  const longest = orderedRows < node.rows ? used : (used + 1) / 2;
  const forward = scanRuns(histogram, order, used, 1, longest, node, rules, out);
  const backward = scanRuns(histogram, order, used, -1, longest, node, rules, out);
  if (backward) markRun(out, order, used, -1, backward);
  else markRun(out, order, used, 1, forward);
}

/** Insertion sort: there are at most 254 categories, and most nodes see few. */
export function insertOrdered(order: usize, used: u32, key: f64, bin: u32): void {
  let at = order + <usize>used * ORDER_BYTES;
  while (at > order && load<f64>(at - ORDER_BYTES) > key) {
    v128.store(at, v128.load(at - ORDER_BYTES));
    at -= ORDER_BYTES;
  }
  store<f64>(at, key);
  store<u32>(at, bin, 8);
}

/** The bin that a run of this length, counted from the front (step 1) or the back (-1), takes in last. */
export function orderedBin(order: usize, used: u32, step: i32, length: u32): u32 {
  const at = step > 0 ? length - 1 : used - length;
  return load<u32>(order + <usize>at * ORDER_BYTES, 8);
}

/** Tries runs from one end; returns the length of the best, 0 where none is better than what `out` holds. */
function scanRuns(
  histogram: usize,
  order: usize,
  used: u32,
  step: i32,
  longest: u32,
  node: Node,
  rules: Rules,
  out: Split,
): u32 {
  let bestLength: u32 = 0;
  let left = i64x2.splat(0);
  for (let length: u32 = 1; length <= longest; length++) {
    left = i64x2.add(left, binAt(histogram, orderedBin(order, used, step, length)));
    const leftRows = rowsOf(left, rules.shift);
    const leftHessian = hessianOf(left, rules.shift);
    const rightHessian = node.hessian - leftHessian;
    if (leftRows < rules.leastRows || leftHessian < rules.leastHessian) continue;
    if (node.rows - leftRows < rules.leastRows || rightHessian < rules.leastHessian) break;
    const leftGradient = gradientOf(left);
    const rightGradient = node.gradient - leftGradient;
    const leftValue = boundedValue(leftGradient, leftHessian + rules.l2, node);
    const rightValue = boundedValue(rightGradient, rightHessian + rules.l2, node);
    const score =
      scoreOf(leftGradient, leftHessian + rules.l2, leftValue) +
      scoreOf(rightGradient, rightHessian + rules.l2, rightValue);
    if (score > out.score) {
      record(out, score, i64x2.extract_lane(left, 0), i64x2.extract_lane(left, 1), rules.shift, 0, 0);
      bestLength = length;
    }
  }
  return bestLength;
}

export function markRun(out: Split, order: usize, used: u32, step: i32, length: u32): void {
  const bits = changetype<usize>(out) + offsetof<Split>('categories0');
  memory.fill(bits, 0, BINS >> 3);
  for (let taken: u32 = 1; taken <= length; taken++) {
    const bin = orderedBin(order, used, step, taken);
    const at = bits + <usize>(bin >> 3);
    store<u8>(at, <u8>(<u32>load<u8>(at) | (1 << (bin & 7))));
  }
}
