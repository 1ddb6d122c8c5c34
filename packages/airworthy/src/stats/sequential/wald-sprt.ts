/** Wald's sequential probability ratio test (1945) of a share `p0` against `p1`. */
export interface WaldTest {
  p0: number;
  p1: number;
  /** How often p1 is decided on where p0 is true. */
  alpha: number;
  /** How often p0 is decided on where p1 is true. */
  beta: number;
}

/** Log likelihood ratios at which the test ends: for p1 at `upper`, for p0 at `lower`. */
export function waldBounds({ alpha, beta }: Pick<WaldTest, 'alpha' | 'beta'>): {
  upper: number;
  lower: number;
} {
  return { upper: Math.log((1 - beta) / alpha), lower: Math.log(beta / (1 - alpha)) };
}

/** What so many hits in n say: decided for one of the shares, or that more cases are needed. */
export function waldDecision(hits: number, n: number, test: WaldTest): 'p0' | 'p1' | 'more' {
  const { p0, p1 } = test;
  const ratio = hits * Math.log(p1 / p0) + (n - hits) * (Math.log1p(-p1) - Math.log1p(-p0));
  const { upper, lower } = waldBounds(test);
  if (ratio >= upper) return 'p1';
  return ratio <= lower ? 'p0' : 'more';
}
