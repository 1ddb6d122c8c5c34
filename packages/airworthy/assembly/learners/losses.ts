// Losses of unweighted rows. The logarithms of a stretch of rows are taken at once, of the product of their arguments:
// the caller keeps stretches short enough for the product to stay finite. Two rows at a time.

import { exponential } from './gradients';

@inline
function rowAt(rows: usize, at: u32): usize {
  return <usize>load<u32>(rows + (<usize>at << 2)) << 3;
}

@inline
function pairAt(values: usize, first: usize, second: usize): v128 {
  return f64x2(load<f64>(values + first), load<f64>(values + second));
}

/** An odd last row stands in both lanes; the second then counts for nothing. */
@inline
function keepFirst(values: v128, otherwise: f64): v128 {
  return f64x2.replace_lane(values, 1, otherwise);
}

function store2(out: usize, sum: v128, product: v128): void {
  store<f64>(out, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
  store<f64>(out, f64x2.extract_lane(product, 0) * f64x2.extract_lane(product, 1), 8);
}

/** Log-loss of rows[from, to) is the first number plus the logarithm of the second: log(1 + e^-s) = max(-s, 0) + log(1 + e^-|s|). */
export function logisticLoss(rows: usize, from: u32, to: u32, margins: usize, targets: usize, out: usize): void {
  const one = f64x2.splat(1);
  let sum = f64x2.splat(0);
  let product = one;
  for (let i = from; i < to; i += 2) {
    const first = rowAt(rows, i);
    const isLast = i + 1 === to;
    const second = isLast ? first : rowAt(rows, i + 1);
    const sign = f64x2.sub(f64x2.mul(pairAt(targets, first, second), f64x2.splat(2)), one);
    const s = f64x2.mul(pairAt(margins, first, second), sign);
    const excess = f64x2.max(f64x2.neg(s), f64x2.splat(0));
    const factor = f64x2.add(one, exponential(f64x2.neg(f64x2.abs(s))));
    sum = f64x2.add(sum, isLast ? keepFirst(excess, 0) : excess);
    product = f64x2.mul(product, isLast ? keepFirst(factor, 1) : factor);
  }
  store2(out, sum, product);
}

/** As logisticLoss for the cross-entropy: log of the sum of e^(margin - largest), plus largest - margin of the class. */
export function softmaxLoss(
  rows: usize,
  from: u32,
  to: u32,
  margins: usize,
  marginRows: u32,
  classes: u32,
  targets: usize,
  out: usize,
): void {
  const classBytes = <usize>marginRows << 3;
  let sum = f64x2.splat(0);
  let product = f64x2.splat(1);
  for (let i = from; i < to; i += 2) {
    const first = rowAt(rows, i);
    const isLast = i + 1 === to;
    const second = isLast ? first : rowAt(rows, i + 1);
    let largest = pairAt(margins, first, second);
    for (let k: u32 = 1; k < classes; k++) {
      largest = f64x2.max(largest, pairAt(margins + <usize>k * classBytes, first, second));
    }
    let factor = f64x2.splat(0);
    for (let k: u32 = 0; k < classes; k++) {
      const margin = pairAt(margins + <usize>k * classBytes, first, second);
      factor = f64x2.add(factor, exponential(f64x2.sub(margin, largest)));
    }
    const short = f64x2.sub(
      largest,
      f64x2(ofClass(margins, classBytes, targets, first), ofClass(margins, classBytes, targets, second)),
    );
    sum = f64x2.add(sum, isLast ? keepFirst(short, 0) : short);
    product = f64x2.mul(product, isLast ? keepFirst(factor, 1) : factor);
  }
  store2(out, sum, product);
}

/** The margin of the class that the row is of. */
@inline
function ofClass(margins: usize, classBytes: usize, targets: usize, row: usize): f64 {
  return load<f64>(margins + <usize>load<f64>(targets + row) * classBytes + row);
}
