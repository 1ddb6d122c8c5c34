/** One look of a mixture sequential probability ratio test. */
export interface MixtureLook {
  /** Units seen: cases, or clusters. */
  n: number;
  mean: number;
  /** Of one unit. */
  variance: number;
}

/**
 * The likelihood ratio of the mixture sequential probability ratio test, that the mean is not 0: effects are normal with the
 * standard deviation `tau`, data normal with known variance (Johari, Koomen, Pekelis and Walsh 2022).
 *
 * @example
 * mixtureRatio({ n: 500, mean: 0.05, variance: 0.2 }, 0.05); // 5.49
 */
export function mixtureRatio({ n, mean, variance }: MixtureLook, tau: number): number {
  // Values that are all alike say nothing of how others would vary.
  if (!(variance > 0)) return 1;
  const effects = tau * tau;
  const both = variance + n * effects;
  return Math.sqrt(variance / both) * Math.exp((n * n * effects * mean * mean) / (2 * variance * both));
}

/** The p-values after each of the looks: each is the smallest so far, and valid whenever one stops. */
export function mixtureP(looks: readonly MixtureLook[], tau: number): number[] {
  let smallest = 1;
  return looks.map((look) => {
    smallest = Math.min(smallest, 1 / mixtureRatio(look, tau));
    return smallest;
  });
}
