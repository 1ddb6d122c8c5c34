import { wilson } from '../../stats/intervals.ts';
import { passRate } from '../../stats/pass-at-k.ts';
import type { Steadiness } from '../report/schema.ts';

/** The 0/1 scores of a metric, trial by trial. */
export interface TrialValues {
  metric: string;
  trials: number;
  /** Row-major, cases × trials; NaN where a trial has no score. */
  values: Float64Array;
}

/** Of each end 10 %: so that two passes of two are held to be steady, one of one is not. */
const CONFIDENCE = 0.8;
/** A case that passes so often (or so seldom) that only one in ten could be otherwise is steady in spite of a slip. */
const ALMOST_ALWAYS = 0.9;
/** The k of pass@k; all trials of a case besides. */
const TRIES = [1, 2, 3, 5, 10];

/**
 * How steady the cases are. Stable: all trials agree and Wilson's bound is beyond one half, or the bound is beyond 90 % in spite of a
 * slip; the others are flaky. Cases with fewer than two scored trials say nothing and are left out. pass@k: one of k tries passes;
 * pass^k: all of them do (both unbiased), over the cases with at least k trials.
 *
 * @example
 * steadinessOf({ metric: 'exact', trials: 3, values: Float64Array.of(1, 1, 1, 1, 0, 1, 0, 0, 0) });
 * // { stablePass: 1, flaky: 1, stableFail: 1, passAtK: [{ k: 1, at: 0.56, hat: 0.56 }, …] }
 */
export function steadinessOf({ metric, trials, values }: TrialValues): Steadiness {
  const cases = countPasses(values, trials).filter(({ n }) => n > 0);
  const classes = cases.filter(({ n }) => n > 1).map(steadinessOfCase);
  const times = (wanted: SteadinessClass) => classes.filter((found) => found === wanted).length;
  const passAtK = [];
  for (const k of new Set([...TRIES, trials])) {
    if (k > trials) continue;
    const enough = cases.filter(({ n }) => n >= k);
    if (enough.length === 0) continue;
    const tried = { passed: enough.map(({ passed }) => passed), trials: enough.map(({ n }) => n) };
    passAtK.push({ k, at: passRate('at', tried, k).value, hat: passRate('hat', tried, k).value });
  }
  return {
    metric,
    stablePass: times('stable-pass'),
    flaky: times('flaky'),
    stableFail: times('stable-fail'),
    passAtK,
  };
}

export type SteadinessClass = 'stable-pass' | 'flaky' | 'stable-fail';

export function steadinessOfCase({ passed, n }: { passed: number; n: number }): SteadinessClass {
  const { low, high } = wilson(passed, n, CONFIDENCE);
  if ((passed === n && low > 0.5) || low >= ALMOST_ALWAYS) return 'stable-pass';
  if ((passed === 0 && high < 0.5) || high <= 1 - ALMOST_ALWAYS) return 'stable-fail';
  return 'flaky';
}

function countPasses(values: Float64Array, trials: number): { passed: number; n: number }[] {
  return Array.from({ length: values.length / trials }, (_, row) => {
    const own = values.subarray(row * trials, (row + 1) * trials).filter((value) => !Number.isNaN(value));
    return { passed: own.reduce((count, value) => count + (value >= 1 ? 1 : 0), 0), n: own.length };
  });
}
