import { gammaLogQuantile, gammaTails } from './gamma.ts';

/** The complementary error function, 1 - erf(x), to full relative precision in the right tail. */
export function erfc(x: number): number {
  const { lower, upper } = gammaTails(x * x, 0.5);
  return x >= 0 ? upper : 1 + lower;
}

/** P(Z <= z), Z standard normal. */
export function normalCdf(z: number): number {
  return normalSurvival(-z);
}

/** P(Z > z). */
export function normalSurvival(z: number): number {
  return erfc(z * Math.SQRT1_2) / 2;
}

/** The z with P(Z <= z) = p. */
export function normalQuantile(p: number): number {
  return Math.sign(p - 0.5) * absoluteQuantile(Math.min(p, 1 - p), Math.abs(p - 0.5));
}

/** The z with P(Z > z) = q. */
export function normalSurvivalQuantile(q: number): number {
  return -normalQuantile(q);
}

/** z²/2 has a gamma distribution of shape 1/2; the centre is given too because 1/2 - tail would round near zero. */
function absoluteQuantile(tail: number, centre: number): number {
  return Math.SQRT2 * Math.exp(gammaLogQuantile({ lower: 2 * centre, upper: 2 * tail }, 0.5) / 2);
}
