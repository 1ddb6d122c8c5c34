import { continuedFraction } from './continued-fraction.ts';
import { logBinomialTerm } from './factorial-terms.ts';
import { solveTail } from './solve-tail.ts';

/** A distribution's two tails at a point, each computed without subtracting from 1 where it is the smaller. */
export interface Tails {
  lower: number;
  upper: number;
}

/** The regularised incomplete beta function I_x(a, b) and its complement, with y = 1 - x given exactly. */
export function betaTails(x: number, y: number, a: number, b: number): Tails {
  if (x <= 0) return { lower: 0, upper: 1 };
  if (y <= 0) return { lower: 1, upper: 0 };
  if (x <= (a + 1) / (a + b + 2)) {
    const lower = lowerByFraction(x, y, a, b);
    return { lower, upper: 1 - lower };
  }
  const upper = lowerByFraction(y, x, b, a);
  return { lower: 1 - upper, upper };
}

/** DLMF 8.17.22; converges fast for x up to about the mean. */
function lowerByFraction(x: number, y: number, a: number, b: number): number {
  const fraction = continuedFraction(
    1,
    (term) => {
      const m = term >> 1;
      if (term === 1) return 1;
      const n = (term - 1) >> 1;
      return term % 2 === 0
        ? (-(a + m - 1) * (a + b + m - 1) * x) / ((a + 2 * m - 2) * (a + 2 * m - 1))
        : (n * (b - n) * x) / ((a + 2 * n - 1) * (a + 2 * n));
    },
    () => 1,
  );
  return Math.min(1, (b / (a + b)) * Math.exp(logBinomialTerm(a, a + b, x, y)) * (fraction - 1));
}

/** P(X <= x), X ~ Beta(a, b). */
export function betaCdf(x: number, a: number, b: number): number {
  return betaTails(x, 1 - x, a, b).lower;
}

/** P(X > x). */
export function betaSurvival(x: number, a: number, b: number): number {
  return betaTails(x, 1 - x, a, b).upper;
}

/** The x with P(X <= x) = p. */
export function betaQuantile(p: number, a: number, b: number): number {
  return fromLogit(betaLogit({ lower: p, upper: 1 - p }, a, b));
}

/** The x with P(X > x) = q: exact for far upper tails, where 1 - q would round. */
export function betaSurvivalQuantile(q: number, a: number, b: number): number {
  return fromLogit(betaLogit({ lower: 1 - q, upper: q }, a, b));
}

/** ln(x / (1-x)) of the quantile: keeps both x and 1 - x to full precision. */
export function betaLogit(tails: Tails, a: number, b: number): number {
  if (tails.lower < 0 || tails.upper < 0) return Number.NaN;
  if (tails.lower === 0) return Number.NEGATIVE_INFINITY;
  if (tails.upper === 0) return Number.POSITIVE_INFINITY;
  const side = tails.lower <= tails.upper ? 'lower' : 'upper';
  const tail = {
    logProbability: (u: number) => Math.log(betaTails(fromLogit(u), fromLogit(-u), a, b)[side]),
    logDensity: (u: number) =>
      Math.log((a / (a + b)) * b) + logBinomialTerm(a, a + b, fromLogit(u), fromLogit(-u)),
    direction: side === 'lower' ? (1 as const) : (-1 as const),
  };
  return solveTail(tail, Math.log(tails[side]), Math.log(a / b));
}

function fromLogit(u: number): number {
  return u < 0 ? Math.exp(u) / (1 + Math.exp(u)) : 1 / (1 + Math.exp(-u));
}
