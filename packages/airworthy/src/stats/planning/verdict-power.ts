import { binomialPmf, binomialQuantile } from '../distributions/binomial.ts';
import { chiSquareQuantile } from '../distributions/chi-square.ts';
import { normalCdf } from '../distributions/normal.ts';
import { studentTSurvivalQuantile } from '../distributions/student-t.ts';
import type { Interval } from '../intervals.ts';

/** How likely each answer of a gate is. */
export interface VerdictPower {
  pass: number;
  fail: number;
  undecided: number;
}

/**
 * Where the true value may lie for a gate to pass, as an interval: better-than m is { low: m, high: Infinity }, no-worse-than m
 * { low: -m, high: Infinity }, equivalent { low: -m, high: m }, at-most v { low: -Infinity, high: v }.
 */
export type Accepted = Interval;

/** What a gate says of an interval: pass where all of it is accepted, fail where none is. */
export function verdictOf({ low, high }: Interval, accepted: Accepted): keyof VerdictPower {
  if (low > accepted.low && high < accepted.high) return 'pass';
  return high < accepted.low || low > accepted.high ? 'fail' : 'undecided';
}

/** How finely the distribution of the standard error is cut: the error of a power is below 1e-4. */
const SLICES = 400;

/**
 * The power of a gate on a mean: the chances of each answer where the true value is `truth`, the estimate is normal with this
 * standard error, and the interval is Student's t with `df` degrees of freedom (clusters - 1, or cases - 1; infinite: z).
 *
 * @example
 * const power = verdictPower({ truth: 0, standardError: 0.012, df: 199, confidence: 0.95 }, { low: -0.03, high: Infinity });
 * power.pass; // 0.70
 */
export function verdictPower(
  {
    truth,
    standardError,
    df,
    confidence,
  }: { truth: number; standardError: number; df: number; confidence: number },
  accepted: Accepted,
): VerdictPower {
  const reach = studentTSurvivalQuantile((1 - confidence) / 2, df);
  const [low, high] = [(accepted.low - truth) / standardError, (accepted.high - truth) / standardError];
  const slices = df === Number.POSITIVE_INFINITY ? 1 : SLICES;
  let [pass, fail] = [0, 0];
  for (let slice = 0; slice < slices; slice++) {
    // The estimated standard error over the true one is the root of chi-square / df, whatever the estimate.
    const error = slices === 1 ? 1 : Math.sqrt(chiSquareQuantile((slice + 0.5) / slices, df) / df);
    const half = reach * error;
    pass += Math.max(0, normalCdf(high - half) - normalCdf(low + half)) / slices;
    fail += (normalCdf(low - half) + normalCdf(-high - half)) / slices;
  }
  return { pass, fail, undecided: Math.max(0, 1 - pass - fail) };
}

/** Counts beyond these shares are left out: all together less likely than this. */
const NEGLIGIBLE = 1e-7;

/**
 * The exact power of a gate on paired 0/1 scores: all counts of gains and losses that n cases may show, each weighed by its
 * probability, each judged by the interval that the gate will use. `gains` and `losses` are the true shares of cases that only
 * the candidate, and only the baseline, gets right.
 */
export function pairedVerdictPower(
  { n, gains, losses }: { n: number; gains: number; losses: number },
  intervalOf: (gained: number, lost: number, n: number) => Interval,
  accepted: Accepted,
): VerdictPower {
  const found: VerdictPower = { pass: 0, fail: 0, undecided: 0 };
  const discordant = gains + losses;
  const share = discordant > 0 ? gains / discordant : 0;
  for (const differing of likelyCounts(n, discordant)) {
    const weight = binomialPmf(differing, n, discordant);
    for (const gained of likelyCounts(differing, share)) {
      const answer = verdictOf(intervalOf(gained, differing - gained, n), accepted);
      found[answer] += weight * binomialPmf(gained, differing, share);
    }
  }
  return found;
}

function likelyCounts(n: number, share: number): number[] {
  if (share <= 0) return [0];
  if (share >= 1) return [n];
  const first = binomialQuantile(NEGLIGIBLE / 2, n, share);
  const last = binomialQuantile(1 - NEGLIGIBLE / 2, n, share);
  return Array.from({ length: last - first + 1 }, (_, place) => first + place);
}

/**
 * The smallest n for which something that grows with n holds, or null where not even `most` is enough: doubling, then halving.
 *
 * @example
 * smallestN((n) => powerWith(n) >= 0.8, { from: 2, most: 1_000_000 });
 */
export function smallestN(
  holds: (n: number) => boolean,
  { from, most }: { from: number; most: number },
): number | null {
  let high = from;
  while (!holds(high)) {
    if (high >= most) return null;
    high = Math.min(most, high * 2);
  }
  let low = Math.max(from - 1, Math.floor(high / 2));
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}
