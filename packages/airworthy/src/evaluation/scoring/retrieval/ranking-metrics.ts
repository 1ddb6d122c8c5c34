/** How a gain counts: as it is, or as 2^gain - 1. */
export type GainRule = 'linear' | 'exponential';

/**
 * Discounted cumulative gain of the first k places over that of the best order there could be, 0 to 1 (Järvelin and
 * Kekäläinen 2002). NaN where nothing has a gain.
 *
 * @param gains of what was retrieved, best first; 0 for what is not relevant
 * @param ideal gains of all that is relevant
 *
 * @example
 * ndcg([3, 2, 3, 0, 1, 2], [3, 2, 3, 0, 1, 2], 6, 'linear'); // 0.9608…
 */
export function ndcg(gains: readonly number[], ideal: readonly number[], k: number, rule: GainRule): number {
  const best = ideal.toSorted((a, b) => b - a);
  return discounted(gains.slice(0, k), rule) / discounted(best.slice(0, k), rule);
}

function discounted(gains: readonly number[], rule: GainRule): number {
  return gains.reduce(
    (sum, gain, index) => sum + (rule === 'linear' ? gain : 2 ** gain - 1) / Math.log2(index + 2),
    0,
  );
}

/** 1 / the place of the first that is relevant; 0 where none is. */
export function reciprocalRank(gains: readonly number[]): number {
  const first = gains.findIndex((gain) => gain > 0);
  return first === -1 ? 0 : 1 / (first + 1);
}
