import { criticalZ, squareRoot } from '../intervals.ts';
import { type Figure, UNDEFINED } from '../measured-metric.ts';
import type { MetricName } from '../metric-names.ts';
import { type ErrorTotals, UNIT_BITS } from './error-totals.ts';
import { meanFigure } from './mean-figure.ts';

const NOT_NEGATIVE = { low: 0, high: Number.POSITIVE_INFINITY };

/** The totals as the whole numbers they are. */
type Totals = Record<keyof ErrorTotals, bigint>;

/** Metrics of a regression from its sums, which are exact: differences of large sums lose no digit. */
export function measureErrors(sums: ErrorTotals, rows: number, confidence: number): [MetricName, Figure][] {
  if (rows === 0) return [];
  const totals = Object.fromEntries(
    Object.entries(sums).map(([name, total]) => [name, BigInt(total)]),
  ) as Totals;
  const ofRows = (sum: bigint, squares: bigint, power: bigint): Figure => {
    const { mean, variance } = meanAndVariance(sum, squares, BigInt(rows), power);
    return variance > 0
      ? meanFigure(mean, variance, rows, NOT_NEGATIVE, confidence)
      : { ...UNDEFINED, value: mean };
  };
  const mse = ofRows(totals.ee, totals.eeee, 2n);
  return [
    ['rmse', root(mse)],
    ['mae', ofRows(totals.absE, totals.ee, 1n)],
    ['r2', rSquared(totals, BigInt(rows), confidence)],
    ['mse', mse],
    ['mape', totals.zeros > 0n ? UNDEFINED : ofRows(totals.relative, totals.relativeSquares, 1n)],
    ['smape', ofRows(totals.symmetric, totals.symmetricSquares, 1n)],
  ];
}

function root(mse: Figure): Figure {
  const { value, low, high } = squareRoot({ ...mse, standardError: 0 });
  return { value, low, high, method: `${mse.method}, square root` };
}

/** Of one row, unbiased; `power`: of which power of the unit the sum is. */
function meanAndVariance(sum: bigint, squares: bigint, n: bigint, power: bigint) {
  const mean = quotient(sum, n << (UNIT_BITS * power));
  const spread = n * squares - sum * sum;
  return {
    mean,
    variance: n < 2n ? Number.NaN : quotient(spread, (n * (n - 1n)) << (UNIT_BITS * power * 2n)),
  };
}

/** 1 - squared error / spread of the labels, its interval from each row's influence (the infinitesimal jackknife). */
function rSquared(totals: Totals, n: bigint, confidence: number): Figure {
  const { y, yy, yyy, yyyy, ee, eeee, eey, eeyy } = totals;
  const spread = n * yy - y * y;
  if (n < 2n || spread === 0n) return UNDEFINED;
  const value = 1 - quotient(n * ee, spread);
  // Moments about the mean, of labels and of squared errors, from sums about 0: exact, as all is whole.
  const moment = (sum: bigint, powerOfN: bigint, power: bigint) =>
    quotient(sum, (n ** powerOfN) << (UNIT_BITS * power));
  const error = moment(ee, 1n, 2n);
  const variance = moment(spread, 2n, 2n);
  const fourth = moment(n ** 3n * yyyy - 4n * n ** 2n * y * yyy + 6n * n * y * y * yy - 3n * y ** 4n, 4n, 4n);
  const errorsSpread = moment(n * eeee - ee * ee, 2n, 4n);
  const together = moment(n ** 2n * eeyy - 2n * n * y * eey + y * y * ee, 3n, 4n) - error * variance;
  const influence =
    (error ** 2 * (fourth - variance ** 2)) / variance ** 4 +
    errorsSpread / variance ** 2 -
    (2 * error * together) / variance ** 3;
  const rows = Number(n);
  const half = criticalZ(confidence) * Math.sqrt(Math.max(0, influence) / (rows - 1));
  return { value, low: value - half, high: Math.min(1, value + half), method: 'infinitesimal jackknife' };
}

/** Of numbers that may be too long for a double, though their quotient is not. */
function quotient(part: bigint, whole: bigint): number {
  const tooLong = BigInt(Math.max(0, bitsOf(part) - 1000, bitsOf(whole) - 1000));
  return Number(part >> tooLong) / Number(whole >> tooLong);
}

function bitsOf(value: bigint): number {
  return 4 * value.toString(16).length;
}
