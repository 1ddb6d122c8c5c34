import type { Tails } from './beta.ts';
import { continuedFraction } from './continued-fraction.ts';
import { logPoissonTerm } from './factorial-terms.ts';
import { solveTail } from './solve-tail.ts';

/** The regularised incomplete gamma functions P(shape, x) and Q(shape, x). */
export function gammaTails(x: number, shape: number): Tails {
  if (x <= 0) return { lower: 0, upper: 1 };
  if (x === Number.POSITIVE_INFINITY) return { lower: 1, upper: 0 };
  if (x < shape + 1) {
    const lower = Math.min(1, lowerBySeries(x, shape));
    return { lower, upper: 1 - lower };
  }
  const upper = Math.min(1, upperByFraction(x, shape));
  return { lower: 1 - upper, upper };
}

/** DLMF 8.7.1, term by term. */
function lowerBySeries(x: number, shape: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= x / (shape + n);
    sum += term;
  }
  return Math.exp(logPoissonTerm(shape, x)) * sum;
}

/** DLMF 8.9.2 in its even form. */
function upperByFraction(x: number, shape: number): number {
  const fraction = continuedFraction(
    x + 1 - shape,
    (term) => -term * (term - shape),
    (term) => x + 1 - shape + 2 * term,
  );
  return (Math.exp(logPoissonTerm(shape, x)) * shape) / fraction;
}

/** P(X <= x), X ~ Gamma(shape, scale). */
export function gammaCdf(x: number, shape: number, scale = 1): number {
  return gammaTails(x / scale, shape).lower;
}

/** P(X > x). */
export function gammaSurvival(x: number, shape: number, scale = 1): number {
  return gammaTails(x / scale, shape).upper;
}

/** The x with P(X <= x) = p. */
export function gammaQuantile(p: number, shape: number, scale = 1): number {
  return scale * Math.exp(gammaLogQuantile({ lower: p, upper: 1 - p }, shape));
}

/** The x with P(X > x) = q. */
export function gammaSurvivalQuantile(q: number, shape: number, scale = 1): number {
  return scale * Math.exp(gammaLogQuantile({ lower: 1 - q, upper: q }, shape));
}

/** ln of the quantile with scale 1, from whichever tail is the smaller. */
export function gammaLogQuantile(tails: Tails, shape: number): number {
  if (tails.lower < 0 || tails.upper < 0) return Number.NaN;
  if (tails.lower === 0) return Number.NEGATIVE_INFINITY;
  if (tails.upper === 0) return Number.POSITIVE_INFINITY;
  const side = tails.lower <= tails.upper ? 'lower' : 'upper';
  const tail = {
    logProbability: (u: number) => Math.log(gammaTails(Math.exp(u), shape)[side]),
    logDensity: (u: number) => Math.log(shape) + logPoissonTerm(shape, Math.exp(u)),
    direction: side === 'lower' ? (1 as const) : (-1 as const),
  };
  return solveTail(tail, Math.log(tails[side]), Math.log(shape));
}
