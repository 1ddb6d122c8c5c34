import { sum } from '../../stats/sums.ts';

/** What scaling and imputing need to know of a column of numbers. Infinite values are left out, like missing ones. */
export interface NumberSummary {
  /** 0 where no value is finite. */
  median: number;
  /** Of the column with the missing values replaced by the median. */
  mean: number;
  /** Standard deviation of the same; 1 where the column is constant. */
  scale: number;
  missing: number;
  /** Values that are neither missing nor infinite. */
  finite: number;
}

export function summariseNumbers(values: Float64Array): NumberSummary {
  const sorted = values.filter(Number.isFinite).sort();
  const finite = sorted.length;
  const missing = values.reduce((count, value) => count + Number(Number.isNaN(value)), 0);
  const median = finite === 0 ? 0 : (sorted[(finite - 1) >> 1] + sorted[finite >> 1]) / 2;
  const rows = Math.max(1, finite + missing);
  const mean = (sum(sorted) + missing * median) / rows;
  const squares = sumOfSquares(sorted, mean) + missing * (median - mean) ** 2;
  const deviation = Math.sqrt(squares / rows);
  // A spread that is but rounding is none: dividing by it would make a signal of noise.
  const isConstant = deviation <= 1e-12 * Math.abs(mean);
  return { median, mean, scale: isConstant ? 1 : deviation, missing, finite };
}

function sumOfSquares(values: Float64Array, centre: number): number {
  let total = 0;
  for (let index = 0; index < values.length; index++) total += (values[index] - centre) ** 2;
  return total;
}
