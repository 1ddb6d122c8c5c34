import { type Estimate, meanWithClusteredT, meanWithT } from './intervals.ts';

/**
 * The probability that at least one of k attempts passes, from `passed` of `trials` attempts: unbiased (Chen et al. 2021). NaN
 * where there are fewer than k attempts.
 *
 * @example
 * passAtK(3, 10, 2); // 0.5333
 */
export function passAtK(passed: number, trials: number, k: number): number {
  return 1 - shareOfDraws(trials - passed, trials, k);
}

/** The probability that all of k attempts pass (pass^k), from `passed` of `trials` attempts: unbiased. */
export function passHatK(passed: number, trials: number, k: number): number {
  return shareOfDraws(passed, trials, k);
}

/** C(marked, k) / C(all, k): how likely k draws without replacement are all marked. */
function shareOfDraws(marked: number, all: number, k: number): number {
  if (k > all) return Number.NaN;
  let share = 1;
  for (let draw = 0; draw < k; draw++) share *= Math.max(0, marked - draw) / (all - draw);
  return share;
}

/** pass@k or pass^k averaged over cases, each with its own attempts; its error is over cases, or clusters of cases. */
export function passRate(
  kind: 'at' | 'hat',
  cases: { passed: ArrayLike<number>; trials: ArrayLike<number>; clusters?: Int32Array },
  k: number,
  confidence = 0.95,
): Estimate {
  const of = kind === 'at' ? passAtK : passHatK;
  const values = Float64Array.from(cases.passed, (passed, row) => of(passed, cases.trials[row], k));
  return cases.clusters
    ? meanWithClusteredT(values, cases.clusters, confidence)
    : meanWithT(values, confidence);
}
