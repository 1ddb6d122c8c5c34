import { gammaCdf, gammaQuantile, gammaSurvival, gammaSurvivalQuantile } from './gamma.ts';

/** P(X <= x), X ~ chi-square with df degrees of freedom. */
export function chiSquareCdf(x: number, df: number): number {
  return gammaCdf(x, df / 2, 2);
}

/** P(X > x): the p-value of a chi-square statistic. */
export function chiSquareSurvival(x: number, df: number): number {
  return gammaSurvival(x, df / 2, 2);
}

/** The x with P(X <= x) = p. */
export function chiSquareQuantile(p: number, df: number): number {
  return gammaQuantile(p, df / 2, 2);
}

/** The x with P(X > x) = q. */
export function chiSquareSurvivalQuantile(q: number, df: number): number {
  return gammaSurvivalQuantile(q, df / 2, 2);
}
