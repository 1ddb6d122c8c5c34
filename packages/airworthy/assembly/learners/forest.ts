// The best split of one feature at one node of a deep tree: a histogram of that feature alone, of which only the bins
// in use are visited and cleared again, since most nodes have few rows.
//
// A row is a pair of 32-bit integers: gradient and hessian, or, where `classes` is not 0, label and weight. A bin then
// holds an integer a class instead of two: the weights of its rows with their number above (from bit `shift` on).

import { BIN_BYTES_LOG2, MISSING_BIN, NO_SPLIT, Node, Rules, Split, Trait } from './layout';
import { markRun, ORDER_BYTES, insertOrdered, orderedBin, record } from './splits';

/** What a search works on. */
@unmanaged
export class Search {
  rows: u32;
  from: u32;
  to: u32;
  pairs: u32;
  classes: u32;
  /** Zeros before and after: 256 bins of 2 (or `classes`) 64-bit integers. */
  histogram: u32;
  /** Scratch for 256 entries of the order. */
  order: u32;
  /** Weight of each class in the node, as doubles. */
  totals: u32;
  /** As many doubles again, for the left side. */
  left: u32;
}

/** Sums of a node's rows: gradient, hessian; or the weight of each class. */
export function sumRows(search: Search, out: usize): void {
  const classes = search.classes;
  if (!classes) {
    let sum = i64x2.splat(0);
    for (let i = search.from; i < search.to; i++) sum = i64x2.add(sum, pairAt(search, i));
    store<f64>(out, <f64>i64x2.extract_lane(sum, 0));
    store<f64>(out, <f64>i64x2.extract_lane(sum, 1), 8);
    return;
  }
  memory.fill(out, 0, <usize>classes << 3);
  for (let i = search.from; i < search.to; i++) {
    const pair = pairAt(search, i);
    const at = out + (<usize>i64x2.extract_lane(pair, 0) << 3);
    store<f64>(at, load<f64>(at) + <f64>i64x2.extract_lane(pair, 1));
  }
}

/** Whether all rows have the same target. */
export function isPure(rows: usize, from: u32, to: u32, targets: usize): bool {
  const first = load<f64>(targets + (<usize>load<u32>(rows + (<usize>from << 2)) << 3));
  for (let i = from + 1; i < to; i++) {
    if (load<f64>(targets + (<usize>load<u32>(rows + (<usize>i << 2)) << 3)) !== first) return false;
  }
  return true;
}

@inline
function pairAt(search: Search, i: u32): v128 {
  const row = <usize>load<u32>(<usize>search.rows + (<usize>i << 2));
  return v128.load_ext<i32>(<usize>search.pairs + (row << 3));
}

/**
 * Best split of a feature whose bins are at `column`, every `stride` bytes. False where the feature is the same in all
 * rows; `out` then holds no split.
 */
export function searchColumn(
  search: Search,
  column: usize,
  stride: u32,
  trait: Trait,
  node: Node,
  rules: Rules,
  out: Split,
): bool {
  out.score = node.score;
  out.bin = NO_SPLIT;
  // 256 bits: the bins in use. They are kept in the record until it is written.
  const occupied = changetype<usize>(out) + offsetof<Split>('categories0');
  memory.fill(occupied, 0, 32);
  fillBins(search, column, stride, rules.shift, occupied);
  const used = listBins(search.order, occupied);
  const hasMissing = used > 0 && orderedBin(search.order, used, 1, used) === MISSING_BIN;
  const values = hasMissing ? used - 1 : used;
  if (used > 1) {
    if (trait.categorical) searchRuns(search, values, hasMissing, node, rules, out);
    else searchCuts(search, values, hasMissing, trait.bins, node, rules, out);
  }
  // The order of categories may have changed, not the bins in it, and rare ones stay at its end.
  clearBins(search, used);
  return used > 1;
}

function fillBins(search: Search, column: usize, stride: u32, shift: u32, occupied: usize): void {
  const histogram = <usize>search.histogram;
  const classes = <usize>search.classes;
  const one = (<i64>1) << shift;
  for (let i = search.from; i < search.to; i++) {
    const row = <usize>load<u32>(<usize>search.rows + (<usize>i << 2));
    const bin = <usize>load<u8>(column + row * stride);
    const pair = <usize>search.pairs + (row << 3);
    if (classes) {
      const at = histogram + ((bin * classes + <usize>load<u32>(pair)) << 3);
      store<i64>(at, load<i64>(at) + <i64>load<u32>(pair, 4) + one);
    } else {
      const at = histogram + (bin << BIN_BYTES_LOG2);
      v128.store(at, i64x2.add(v128.load(at), i64x2.add(v128.load_ext<i32>(pair), i64x2(0, one))));
    }
    const word = occupied + ((bin >> 6) << 3);
    store<u64>(word, load<u64>(word) | ((<u64>1) << (<u64>bin & 63)));
  }
}

/** Lists the bins in use, ascending, in the form of an order of categories; returns how many there are. */
function listBins(order: usize, occupied: usize): u32 {
  let used: u32 = 0;
  for (let word: u32 = 0; word < 4; word++) {
    let bits = load<u64>(occupied + (<usize>word << 3));
    while (bits) {
      store<u32>(order + <usize>used * ORDER_BYTES, (word << 6) + <u32>ctz(bits), 8);
      used++;
      bits &= bits - 1;
    }
  }
  return used;
}

function clearBins(search: Search, used: u32): void {
  const bytes = search.classes ? search.classes << 3 : 1 << BIN_BYTES_LOG2;
  for (let place: u32 = 1; place <= used; place++) {
    const bin = orderedBin(search.order, used, 1, place);
    memory.fill(<usize>search.histogram + <usize>bin * bytes, 0, bytes);
  }
}

/** Cuts between neighbouring bins, at the middle of the gap; missing values are tried at both sides. */
function searchCuts(
  search: Search,
  values: u32,
  hasMissing: bool,
  bins: u32,
  node: Node,
  rules: Rules,
  out: Split,
): void {
  let best = scan(search, values, 1, values, false, node, rules, out);
  if (hasMissing) {
    const withMissing = scan(search, values, 1, values, true, node, rules, out);
    if (withMissing) best = withMissing;
  }
  if (!best) return;
  const last = orderedBin(search.order, values, 1, best);
  out.bin = best < values ? (last + orderedBin(search.order, values, 1, best + 1) - 1) >> 1 : bins - 1;
  if (!hasMissing) out.missingLeft = out.rows > node.rows - out.rows ? 1 : 0;
}

/** Runs of categories in the order of their mean; rare ones and missing go right. */
function searchRuns(search: Search, values: u32, hasMissing: bool, node: Node, rules: Rules, out: Split): void {
  const used = orderCategories(search, values, rules);
  const longest = used < values || hasMissing ? used : (used + 1) / 2;
  const forward = scan(search, used, 1, longest, false, node, rules, out);
  const backward = scan(search, used, -1, longest, false, node, rules, out);
  if (backward) markRun(out, search.order, used, -1, backward);
  else markRun(out, search.order, used, 1, forward);
}

/** Sorts the listed bins by their mean, those with too few rows at the end; returns how many have enough. */
function orderCategories(search: Search, values: u32, rules: Rules): u32 {
  const commonest = search.classes ? largestClass(search) : 0;
  let enough: u32 = 0;
  for (let place: u32 = 0; place < values; place++) {
    const entry = <usize>search.order + <usize>place * ORDER_BYTES;
    const bin = load<u32>(entry, 8);
    if (rowsIn(search, bin, rules.shift) < rules.leastCategoryRows) continue;
    const key = meanOf(search, bin, commonest, rules);
    v128.store(entry, v128.load(<usize>search.order + <usize>enough * ORDER_BYTES));
    insertOrdered(search.order, enough, key, bin);
    enough++;
  }
  return enough;
}

function largestClass(search: Search): u32 {
  let largest: u32 = 0;
  for (let k: u32 = 1; k < search.classes; k++) {
    const totals = <usize>search.totals;
    if (load<f64>(totals + (<usize>k << 3)) > load<f64>(totals + (<usize>largest << 3))) largest = k;
  }
  return largest;
}

function rowsIn(search: Search, bin: u32, shift: u32): u32 {
  if (!search.classes) return <u32>(load<u64>(<usize>search.histogram + (<usize>bin << BIN_BYTES_LOG2), 8) >> shift);
  let rows: u32 = 0;
  for (let k: u32 = 0; k < search.classes; k++) rows += <u32>(classEntry(search, bin, k) >> shift);
  return rows;
}

@inline
function classEntry(search: Search, bin: u32, k: u32): u64 {
  return load<u64>(<usize>search.histogram + ((<usize>bin * search.classes + k) << 3));
}

/** Mean gradient of a category, or with more than two classes the share of the node's commonest class. */
function meanOf(search: Search, bin: u32, commonest: u32, rules: Rules): f64 {
  const mask = ((<u64>1) << rules.shift) - 1;
  if (!search.classes) {
    const at = <usize>search.histogram + (<usize>bin << BIN_BYTES_LOG2);
    return <f64>load<i64>(at) / (<f64>(load<u64>(at, 8) & mask) + rules.smoothing);
  }
  let weight = 0.0;
  for (let k: u32 = 0; k < search.classes; k++) weight += <f64>(classEntry(search, bin, k) & mask);
  return <f64>(classEntry(search, bin, commonest) & mask) / (weight + rules.smoothing);
}

/** Tries to cut after each of the first `longest` bins of the order, from its front or back; the best length or 0. */
function scan(
  search: Search,
  used: u32,
  step: i32,
  longest: u32,
  missingLeft: bool,
  node: Node,
  rules: Rules,
  out: Split,
): u32 {
  return search.classes
    ? scanClasses(search, used, step, longest, missingLeft, node, rules, out)
    : scanPairs(search, used, step, longest, missingLeft, node, rules, out);
}

function scanPairs(
  search: Search,
  used: u32,
  step: i32,
  longest: u32,
  missingLeft: bool,
  node: Node,
  rules: Rules,
  out: Split,
): u32 {
  const histogram = <usize>search.histogram;
  const shift = rules.shift;
  const mask = ((<i64>1) << shift) - 1;
  let left = missingLeft ? v128.load(histogram + (<usize>MISSING_BIN << BIN_BYTES_LOG2)) : i64x2.splat(0);
  let best: u32 = 0;
  for (let length: u32 = 1; length <= longest; length++) {
    const bin = orderedBin(search.order, used, step, length);
    left = i64x2.add(left, v128.load(histogram + (<usize>bin << BIN_BYTES_LOG2)));
    const packed = i64x2.extract_lane(left, 1);
    const leftRows = <u32>((<u64>packed) >> shift);
    if (leftRows < rules.leastRows) continue;
    if (node.rows - leftRows < rules.leastRows) break;
    const a = <f64>(packed & mask);
    const b = node.hessian - a;
    const gradient = i64x2.extract_lane(left, 0);
    const g = <f64>gradient;
    const rest = node.gradient - g;
    const score = (g * g) / a + (rest * rest) / b;
    if (score > out.score) {
      record(out, score, gradient, packed, shift, 0, missingLeft ? 1 : 0);
      best = length;
    }
  }
  return best;
}

/** Gini: a side with weights w_k scores the sum of w_k² over their total. */
function scanClasses(
  search: Search,
  used: u32,
  step: i32,
  longest: u32,
  missingLeft: bool,
  node: Node,
  rules: Rules,
  out: Split,
): u32 {
  const classes = search.classes;
  const mask = ((<u64>1) << rules.shift) - 1;
  memory.fill(search.left, 0, <usize>classes << 3);
  let rows: u32 = 0;
  let weight = 0.0;
  let best: u32 = 0;
  for (let length: u32 = missingLeft ? 0 : 1; length <= longest; length++) {
    const bin = length ? orderedBin(search.order, used, step, length) : MISSING_BIN;
    for (let k: u32 = 0; k < classes; k++) {
      const entry = classEntry(search, bin, k);
      if (!entry) continue;
      const at = <usize>search.left + (<usize>k << 3);
      store<f64>(at, load<f64>(at) + <f64>(entry & mask));
      weight += <f64>(entry & mask);
      rows += <u32>(entry >> rules.shift);
    }
    if (!length || rows < rules.leastRows) continue;
    if (node.rows - rows < rules.leastRows) break;
    const score = giniScore(search, weight, node.hessian - weight);
    if (score > out.score) {
      out.score = score;
      out.rows = rows;
      out.hessian = weight;
      out.bin = 0;
      out.missingLeft = missingLeft ? 1 : 0;
      best = length;
    }
  }
  return best;
}

function giniScore(search: Search, leftWeight: f64, rightWeight: f64): f64 {
  let left = 0.0;
  let right = 0.0;
  for (let k: u32 = 0; k < search.classes; k++) {
    const here = load<f64>(<usize>search.left + (<usize>k << 3));
    const there = load<f64>(<usize>search.totals + (<usize>k << 3)) - here;
    left += here * here;
    right += there * there;
  }
  return left / leftWeight + right / rightWeight;
}
