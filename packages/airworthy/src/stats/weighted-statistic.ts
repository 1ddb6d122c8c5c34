/** A metric as a function of how often each row (or group of equal rows) counts: all that resampling needs. */
export interface WeightedStatistic {
  /** Rows, or groups. */
  readonly size: number;
  /** The metric with these weights; with null each counts as often as it was observed. */
  value(weights: Float64Array | null): number;
  /**
   * What each row adds: size × the derivative by its weight; sums to 0. Its variance / size is the squared standard
   * error (the infinitesimal jackknife, Jaeckel 1972). Null where the statistic has no derivative, as a median.
   */
  influence(): Float64Array | null;
}

/** a - b on the same rows, for paired comparisons. */
export function difference(a: WeightedStatistic, b: WeightedStatistic): WeightedStatistic {
  return {
    size: a.size,
    value: (weights) => a.value(weights) - b.value(weights),
    influence() {
      const [first, second] = [a.influence(), b.influence()];
      return first && second ? first.map((value, row) => value - second[row]) : null;
    },
  };
}

/** The mean of statistics on the same rows, such as one-against-rest AUCs. */
export function average(statistics: readonly WeightedStatistic[]): WeightedStatistic {
  const count = statistics.length;
  return {
    size: statistics[0]?.size ?? 0,
    value: (weights) => statistics.reduce((total, statistic) => total + statistic.value(weights), 0) / count,
    influence() {
      const total = new Float64Array(statistics[0]?.size ?? 0);
      for (const statistic of statistics) {
        const influence = statistic.influence();
        if (!influence) return null;
        for (let row = 0; row < total.length; row++) total[row] += influence[row] / count;
      }
      return total;
    },
  };
}
