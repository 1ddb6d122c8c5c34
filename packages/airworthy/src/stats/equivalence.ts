import { studentTSurvival, studentTSurvivalQuantile } from './distributions/student-t.ts';
import type { Interval } from './intervals.ts';

export interface Equivalence extends Interval {
  /** The larger of the two one-sided p-values. */
  p: number;
  /** That the true value is not above -margin, and that it is not below +margin. */
  pAbove: number;
  pBelow: number;
  equivalent: boolean;
}

/**
 * Two one-sided tests (Schuirmann 1987) that a difference is smaller than the margin, either way. `low` and `high` are the
 * interval of 1 - 2 alpha, which lies within the margins exactly where both tests reject. Normal with infinite `df`.
 * Values that do not vary (no standard error) show nothing.
 *
 * @example
 * twoOneSidedTests({ value: 0.001, standardError: 0.008, df: 399 }, 0.02); // { equivalent: true, p: 0.009, … }
 */
export function twoOneSidedTests(
  { value, standardError, df }: { value: number; standardError: number; df: number },
  margin: number,
  alpha = 0.05,
): Equivalence {
  if (!(standardError > 0)) {
    const nothing = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
    return { ...nothing, p: 1, pAbove: 1, pBelow: 1, equivalent: false };
  }
  const pAbove = studentTSurvival((value + margin) / standardError, df);
  const pBelow = studentTSurvival((margin - value) / standardError, df);
  const p = Math.max(pAbove, pBelow);
  const half = studentTSurvivalQuantile(alpha, df) * standardError;
  return { p, pAbove, pBelow, low: value - half, high: value + half, equivalent: p < alpha };
}
