import { criticalZ, type Interval } from './intervals.ts';

/**
 * The difference of two accuracies on the same rows by inverting the score test (Tango 1998): `gained` rows only the second got
 * right, `lost` rows only the first. Never of zero width. Where few rows differ it covers nearer to what it says than
 * Bonett-Price, which covers more (docs/simulations.md).
 *
 * @example
 * pairedScoreInterval(2, 9, 100); // { low: -0.1458…, high: -0.0059… }
 */
export function pairedScoreInterval(gained: number, lost: number, n: number, confidence = 0.95): Interval {
  const z = criticalZ(confidence);
  const seen = (gained - lost) / n;
  const statistic = (difference: number) => scoreStatistic({ gained, lost, n }, difference);
  return {
    low: crossing((difference) => statistic(difference) - z, -1, seen),
    high: crossing((difference) => -z - statistic(difference), 1, seen),
  };
}

/** The seen difference less the supposed one, over its standard error under what is supposed. */
function scoreStatistic(
  { gained, lost, n }: { gained: number; lost: number; n: number },
  difference: number,
): number {
  // The likeliest share of losses if the difference were this: the larger root of a quadratic.
  const linear = (2 * n - gained + lost) * difference - gained - lost;
  const constant = -lost * difference * (1 - difference);
  const losses = (Math.sqrt(Math.max(0, linear * linear - 8 * n * constant)) - linear) / (4 * n);
  const variance = n * (2 * losses + difference * (1 - difference));
  const gap = gained - lost - n * difference;
  return gap === 0 ? 0 : gap / Math.sqrt(Math.max(variance, Number.MIN_VALUE));
}

/** Where a function that is positive at `outside` becomes negative towards `inside`; `outside` itself where it never is. */
function crossing(of: (x: number) => number, outside: number, inside: number): number {
  if (!(of(outside) > 0)) return outside;
  let [out, within] = [outside, inside];
  for (let step = 0; step < 200 && out !== within; step++) {
    const middle = (out + within) / 2;
    if (middle === out || middle === within) break;
    if (of(middle) > 0) out = middle;
    else within = middle;
  }
  return (out + within) / 2;
}
