/** What a run of some rows takes, learnt from the runs there were. */
export interface CostModel {
  learn(rows: number, ms: number): void;
  /** Milliseconds of `runs` runs of `rows` rows together; 0 while nothing is known. */
  estimate(rows: number, runs: number): number;
}

/** Weight of what is known when the next run is learnt: about the last twenty count. */
const DECAY = 0.95;

/**
 * Fits milliseconds = fixed + each · rows by least squares in which older runs count less and less. Where all runs were
 * as large, the whole time is put down to the rows.
 *
 * @example
 * const cost = createCostModel();
 * cost.learn(1, 2);
 * cost.learn(11, 3);
 * cost.estimate(21, 1); // 4
 */
export function createCostModel(): CostModel {
  let [weight, rowSum, msSum, rowSquares, products] = [0, 0, 0, 0, 0];
  let fixed = 0;
  let each = 0;
  return {
    learn(rows, ms) {
      weight = weight * DECAY + 1;
      rowSum = rowSum * DECAY + rows;
      msSum = msSum * DECAY + ms;
      rowSquares = rowSquares * DECAY + rows * rows;
      products = products * DECAY + rows * ms;
      const spread = weight * rowSquares - rowSum * rowSum;
      const slope =
        spread > 1e-9 * rowSum * rowSum ? (weight * products - rowSum * msSum) / spread : msSum / rowSum;
      each = Math.min(Math.max(0, slope), msSum / rowSum);
      fixed = (msSum - each * rowSum) / weight;
    },
    estimate: (rows, runs) => fixed * runs + each * rows,
  };
}
