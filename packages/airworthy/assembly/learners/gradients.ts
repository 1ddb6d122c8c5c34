// Gradients and hessians of the losses, as pairs of 32-bit integers: gradient * gradientScale, hessian * hessianScale.
// Two rows at a time; arrays are padded to an even number of rows. `weights` of 0 means every row weighs 1.

const LOG2E: f64 = 1.4426950408889634;
const LN2_HIGH: f64 = 6.93147180369123816490e-1;
const LN2_LOW: f64 = 1.90821492927058770002e-10;
/** 1.5 * 2^52: adding it leaves the nearest integer in the low bits of the mantissa. */
const ROUNDER: f64 = 6755399441055744.0;

/**
 * e^x to 1e-11 of its size, finer than a gradient's 2^-31: e^x = 2^n * e^r with |r| <= ln(2) / 2, and e^r by its
 * Taylor polynomial.
 */
@inline
export function exponential(x: v128): v128 {
  x = f64x2.min(f64x2.max(x, f64x2.splat(-700)), f64x2.splat(700));
  const rounded = f64x2.add(f64x2.mul(x, f64x2.splat(LOG2E)), f64x2.splat(ROUNDER));
  const n = f64x2.sub(rounded, f64x2.splat(ROUNDER));
  const r = f64x2.sub(
    f64x2.sub(x, f64x2.mul(n, f64x2.splat(LN2_HIGH))),
    f64x2.mul(n, f64x2.splat(LN2_LOW)),
  );
  let sum = f64x2.splat(1.0 / 362880.0);
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 40320.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 5040.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 720.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 120.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 24.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0 / 6.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(0.5));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0));
  sum = f64x2.add(f64x2.mul(sum, r), f64x2.splat(1.0));
  // Adding n to the exponent bits multiplies by 2^n.
  return i64x2.add(sum, i64x2.shl(rounded, 52));
}

@inline
function storePairs(pairs: usize, gradients: v128, hessians: v128): void {
  const g = i32x4.trunc_sat_f64x2_s_zero(f64x2.nearest(gradients));
  const h = i32x4.trunc_sat_f64x2_s_zero(f64x2.nearest(hessians));
  v128.store(pairs, v128.shuffle<i32>(g, h, 0, 4, 1, 5));
}

@inline
function weightsAt(weights: usize, row: usize): v128 {
  return weights ? v128.load(weights + (row << 3)) : f64x2.splat(1);
}

/** Log-loss of 0/1 targets: gradient p - y, hessian p (1 - p). */
export function logisticGradients(
  from: u32,
  to: u32,
  margins: usize,
  targets: usize,
  weights: usize,
  pairs: usize,
  gradientScale: f64,
  hessianScale: f64,
): void {
  const one = f64x2.splat(1);
  for (let i = <usize>from; i < <usize>to; i += 2) {
    const margin = v128.load(margins + (i << 3));
    const p = f64x2.div(one, f64x2.add(one, exponential(f64x2.neg(margin))));
    const weight = weightsAt(weights, i);
    const gradient = f64x2.mul(f64x2.sub(p, v128.load(targets + (i << 3))), weight);
    const hessian = f64x2.mul(f64x2.mul(p, f64x2.sub(one, p)), weight);
    storePairs(
      pairs + (i << 3),
      f64x2.mul(gradient, f64x2.splat(gradientScale)),
      f64x2.mul(hessian, f64x2.splat(hessianScale)),
    );
  }
}

/** Cross-entropy over `classes`; margins and pairs hold `rows` entries a class, class after class. */
export function softmaxGradients(
  from: u32,
  to: u32,
  rows: u32,
  classes: u32,
  margins: usize,
  targets: usize,
  weights: usize,
  pairs: usize,
  gradientScale: f64,
  hessianScale: f64,
): void {
  const classBytes = <usize>rows << 3;
  const one = f64x2.splat(1);
  for (let i = <usize>from; i < <usize>to; i += 2) {
    const sum = storeExponentials(margins + (i << 3), pairs + (i << 3), classes, classBytes);
    const inverse = f64x2.div(one, sum);
    const target = v128.load(targets + (i << 3));
    const weight = weightsAt(weights, i);
    let place = pairs + (i << 3);
    for (let k: u32 = 0; k < classes; k++) {
      const p = f64x2.mul(v128.load(place), inverse);
      const hit = v128.and(f64x2.eq(target, f64x2.splat(<f64>k)), one);
      const gradient = f64x2.mul(f64x2.sub(p, hit), weight);
      const hessian = f64x2.mul(f64x2.mul(p, f64x2.sub(one, p)), weight);
      storePairs(
        place,
        f64x2.mul(gradient, f64x2.splat(gradientScale)),
        f64x2.mul(hessian, f64x2.splat(hessianScale)),
      );
      place += classBytes;
    }
  }
}

/** e^(margin - largest margin) of each class into `place` (a pair is as wide as a double), and their sum. */
function storeExponentials(margins: usize, place: usize, classes: u32, classBytes: usize): v128 {
  let largest = v128.load(margins);
  let margin = margins;
  for (let k: u32 = 1; k < classes; k++) {
    margin += classBytes;
    largest = f64x2.max(largest, v128.load(margin));
  }
  let sum = f64x2.splat(0);
  margin = margins;
  for (let k: u32 = 0; k < classes; k++) {
    const e = exponential(f64x2.sub(v128.load(margin), largest));
    v128.store(place, e);
    sum = f64x2.add(sum, e);
    margin += classBytes;
    place += classBytes;
  }
  return sum;
}

/** Half the squared error: gradient margin - y, hessian 1. */
export function squaredGradients(
  from: u32,
  to: u32,
  margins: usize,
  targets: usize,
  weights: usize,
  pairs: usize,
  gradientScale: f64,
  hessianScale: f64,
): void {
  for (let i = <usize>from; i < <usize>to; i += 2) {
    const weight = weightsAt(weights, i);
    const residual = f64x2.sub(v128.load(margins + (i << 3)), v128.load(targets + (i << 3)));
    storePairs(
      pairs + (i << 3),
      f64x2.mul(f64x2.mul(residual, weight), f64x2.splat(gradientScale)),
      f64x2.mul(weight, f64x2.splat(hessianScale)),
    );
  }
}

/** The largest |weight * (margin - target)|, which squaredGradients' scale must leave room for. */
export function largestResidual(from: u32, to: u32, margins: usize, targets: usize, weights: usize): f64 {
  let largest = f64x2.splat(0);
  for (let i = <usize>from; i < <usize>to; i += 2) {
    const residual = f64x2.sub(v128.load(margins + (i << 3)), v128.load(targets + (i << 3)));
    largest = f64x2.max(largest, f64x2.abs(f64x2.mul(residual, weightsAt(weights, i))));
  }
  return max(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1));
}
