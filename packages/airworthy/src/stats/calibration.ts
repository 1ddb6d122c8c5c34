import { normalCdf } from './distributions/normal.ts';
import { criticalZ, type Interval } from './intervals.ts';
import { ascendingOrder } from './order.ts';
import { sum } from './sums.ts';
import type { WeightedStatistic } from './weighted-statistic.ts';

/** One row of a reliability table: what was promised and what happened. */
export interface ReliabilityBin {
  /** Smallest and largest prediction the bin is for. */
  from: number;
  to: number;
  n: number;
  /** Mean predicted probability (or value). */
  predicted: number;
  /** Share of positive rows (or mean value). */
  observed: number;
  /** Variance of observed - predicted over the bin's rows; NaN below two. */
  gapVariance: number;
}

/** Bins of equal width over [0, 1], right-closed as in most published ECE figures; empty ones are left out. */
export function reliabilityByWidth(
  outcome: Float64Array | Uint8Array,
  probability: Float64Array,
  bins = 10,
): ReliabilityBin[] {
  const binOf = binsByWidth(probability, bins);
  const limits = Array.from({ length: bins }, (_, bin) => ({ from: bin / bins, to: (bin + 1) / bins }));
  return reliability(outcome, probability, binOf, limits);
}

function binsByWidth(probability: Float64Array, bins: number): Int32Array {
  const binOf = new Int32Array(probability.length);
  for (let row = 0; row < binOf.length; row++) binOf[row] = binByWidth(probability[row], bins);
  return binOf;
}

/** Which of so many right-closed bins of equal width a probability is in. */
export function binByWidth(probability: number, bins: number): number {
  return Math.min(Math.max(Math.ceil(probability * bins) - 1, 0), bins - 1);
}

/** Bins of equal numbers of rows by ascending prediction; equal predictions stay together. */
export function reliabilityByMass(
  outcome: Float64Array | Uint8Array,
  prediction: Float64Array,
  bins = 10,
): ReliabilityBin[] {
  const order = ascendingOrder(prediction);
  const binOf = new Int32Array(order.length);
  const limits: { from: number; to: number }[] = [];
  let bin = -1;
  for (let place = 0; place < order.length; place++) {
    const value = prediction[order[place]];
    const due = Math.floor((place * bins) / order.length);
    const tied = place > 0 && prediction[order[place - 1]] === value;
    if (!tied && due >= limits.length) {
      limits.push({ from: value, to: value });
      bin = limits.length - 1;
    }
    limits[bin].to = value;
    binOf[order[place]] = bin;
  }
  return reliability(outcome, prediction, binOf, limits);
}

function reliability(
  outcome: Float64Array | Uint8Array,
  prediction: Float64Array,
  binOf: Int32Array,
  limits: readonly { from: number; to: number }[],
): ReliabilityBin[] {
  const tallies = limits.map(() => ({ n: 0, predicted: 0, observed: 0, squares: 0 }));
  for (let row = 0; row < prediction.length; row++) {
    const tally = tallies[binOf[row]];
    tally.n += 1;
    tally.predicted += prediction[row];
    tally.observed += outcome[row];
    tally.squares += (outcome[row] - prediction[row]) ** 2;
  }
  return tallies.flatMap(({ n, predicted, observed, squares }, bin) => {
    if (n === 0) return [];
    const gap = (observed - predicted) / n;
    const gapVariance = n < 2 ? Number.NaN : Math.max(0, squares - n * gap * gap) / (n - 1);
    return [{ ...limits[bin], n, predicted: predicted / n, observed: observed / n, gapVariance }];
  });
}

/** ECE: the mean over rows of their bin's |observed - predicted|. */
export function expectedCalibrationError(bins: readonly ReliabilityBin[]): number {
  const rows = bins.reduce((total, { n }) => total + n, 0);
  return (
    bins.reduce((total, { n, observed, predicted }) => total + n * Math.abs(observed - predicted), 0) / rows
  );
}

/** ECE over bins of equal width as a function of row weights. */
export function calibrationErrorStatistic(
  outcome: Uint8Array,
  probability: Float64Array,
  bins = 10,
): WeightedStatistic {
  const binOf = binsByWidth(probability, bins);
  const gaps = probability.map((p, row) => outcome[row] - p);
  const gapSums = (weights: Float64Array | null) => {
    const sums = new Float64Array(bins);
    for (let row = 0; row < gaps.length; row++) sums[binOf[row]] += (weights ? weights[row] : 1) * gaps[row];
    return sums;
  };
  const total = (sums: Float64Array) => sums.reduce((all, gap) => all + Math.abs(gap), 0);
  return {
    size: gaps.length,
    value: (weights) => total(gapSums(weights)) / (weights ? sum(weights) : gaps.length),
    influence() {
      const sums = gapSums(null);
      const error = total(sums) / gaps.length;
      return gaps.map((gap, row) => Math.sign(sums[binOf[row]]) * gap - error);
    },
  };
}

/**
 * An interval for the ECE. A perfectly calibrated model still shows gaps by chance; their expectation is taken off the
 * low end, which is therefore 0 where chance explains all. Bins without a variance of their own (one row, or all
 * rows alike) count with the largest a share can have.
 */
export function calibrationErrorInterval(bins: readonly ReliabilityBin[], confidence = 0.95): Interval {
  const rows = bins.reduce((total, { n }) => total + n, 0);
  let chance = 0;
  let squares = 0;
  for (const { n, gapVariance, observed, predicted } of bins) {
    const deviation = Math.sqrt((gapVariance > 0 ? gapVariance : 1 / 4) / n);
    const gap = Math.abs(observed - predicted);
    chance += (n / rows) * Math.max(0, foldedMean(gap, deviation) - gap);
    squares += ((n / rows) * deviation) ** 2;
  }
  const value = expectedCalibrationError(bins);
  const half = criticalZ(confidence) * Math.sqrt(squares);
  return { low: Math.max(0, value - chance - half), high: Math.min(1, value + half) };
}

/** The mean of |X|, X normal. */
function foldedMean(mean: number, deviation: number): number {
  const z = mean / deviation;
  return deviation * Math.sqrt(2 / Math.PI) * Math.exp((-z * z) / 2) + mean * (1 - 2 * normalCdf(-z));
}
