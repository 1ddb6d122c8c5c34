import { betaLogit, betaTails } from './beta.ts';
import { normalQuantile, normalSurvival } from './normal.ts';

/** P(T > t), T ~ Student's t with df degrees of freedom; with infinitely many standard normal. */
export function studentTSurvival(t: number, df: number): number {
  if (df === Number.POSITIVE_INFINITY) return normalSurvival(t);
  const square = t * t;
  const y = square === Number.POSITIVE_INFINITY ? 1 : square / (df + square);
  const { lower, upper } = betaTails(y, df / (df + square), 0.5, df / 2);
  return t >= 0 ? upper / 2 : 0.5 + lower / 2;
}

/** P(T <= t). */
export function studentTCdf(t: number, df: number): number {
  return studentTSurvival(-t, df);
}

/** The t with P(T <= t) = p, for |t| up to about 1e150 (its square must be a number). */
export function studentTQuantile(p: number, df: number): number {
  if (df === Number.POSITIVE_INFINITY) return normalQuantile(p);
  const centre = Math.abs(p - 0.5);
  const logit = betaLogit({ lower: 2 * centre, upper: 2 * Math.min(p, 1 - p) }, 0.5, df / 2);
  // t² / df is y / (1-y), whose logarithm this is.
  return Math.sign(p - 0.5) * Math.sqrt(df) * Math.exp(logit / 2);
}

/** The t with P(T > t) = q. */
export function studentTSurvivalQuantile(q: number, df: number): number {
  return -studentTQuantile(q, df);
}
