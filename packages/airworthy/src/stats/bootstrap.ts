import { normalCdf, normalQuantile } from './distributions/normal.ts';
import { multinomialDraw } from './draws.ts';
import { criticalZ, type Estimate, type Interval } from './intervals.ts';
import { quantileOfSorted } from './order.ts';
import type { Random } from './random.ts';
import { mean, sum, variance } from './sums.ts';
import type { WeightedStatistic } from './weighted-statistic.ts';

export interface BootstrapOptions {
  random: Random;
  confidence?: number;
  replicates?: number;
  /** `bca` corrects bias and skewness (Efron 1987); `percentile` does not. */
  method?: 'bca' | 'percentile';
  /** How many equal rows each group stands for; absent: one row each. */
  counts?: Float64Array;
}

export interface BootstrapEstimate extends Estimate {
  /** Share of resamples in which the statistic is not defined; they are left out of the interval. */
  undefinedShare: number;
}

/**
 * The bootstrap interval of a statistic: rows are drawn with replacement, both models' predictions of a row
 * together, so a difference is paired. Groups of equal rows are drawn by a multinomial: the cost of a confusion
 * matrix's bootstrap does not grow with the rows.
 */
export function bootstrap(statistic: WeightedStatistic, options: BootstrapOptions): BootstrapEstimate {
  const { random, confidence = 0.95, replicates = 2000, method = 'bca', counts } = options;
  const weights = new Float64Array(statistic.size);
  const draws: number[] = [];
  for (let replicate = 0; replicate < replicates; replicate++) {
    if (counts) multinomialDraw(random, counts, weights);
    else drawRows(random, weights);
    const value = statistic.value(weights);
    if (!Number.isNaN(value)) draws.push(value);
  }
  const sorted = Float64Array.from(draws).sort();
  const value = statistic.value(counts ?? null);
  const limits = tailShares(statistic, sorted, value, { confidence, method, ...(counts ? { counts } : {}) });
  return {
    value,
    standardError: Math.sqrt(variance(sorted)),
    low: quantileOfSorted(sorted, limits.low),
    high: quantileOfSorted(sorted, limits.high),
    undefinedShare: 1 - sorted.length / replicates,
  };
}

function drawRows(random: Random, weights: Float64Array): void {
  weights.fill(0);
  for (let draw = 0; draw < weights.length; draw++) weights[random.integer(weights.length)]++;
}

/** Which quantiles of the replicates are the limits. */
function tailShares(
  statistic: WeightedStatistic,
  sorted: Float64Array,
  value: number,
  options: { confidence: number; method: 'bca' | 'percentile'; counts?: Float64Array },
): Interval {
  const tail = (1 - options.confidence) / 2;
  const bias = normalQuantile(shareBelow(sorted, value));
  // All replicates on one side: the correction has no limit to go to.
  if (options.method === 'percentile' || !Number.isFinite(bias)) return { low: tail, high: 1 - tail };
  const influence = statistic.influence();
  const skew = influence ? acceleration(influence, options.counts) : 0;
  const z = criticalZ(options.confidence);
  const corrected = (side: number) => {
    const stretch = 1 - skew * (bias + side);
    // So skewed that the correction has left the sample: its end is the limit.
    return stretch > 0 ? normalCdf(bias + (bias + side) / stretch) : side < 0 ? 0 : 1;
  };
  return { low: corrected(-z), high: corrected(z) };
}

function shareBelow(sorted: Float64Array, value: number): number {
  const scale = 1e-12 * Math.max(1, Math.abs(value));
  let below = 0;
  for (const draw of sorted) below += draw < value - scale ? 1 : draw <= value + scale ? 0.5 : 0;
  return below / sorted.length;
}

/** Efron's a: a sixth of the skewness of the influence values over the square root of n; 0 where it is not defined. */
function acceleration(influence: Float64Array, counts?: Float64Array): number {
  let squares = 0;
  let cubes = 0;
  for (let group = 0; group < influence.length; group++) {
    const count = counts ? counts[group] : 1;
    squares += count * influence[group] ** 2;
    cubes += count * influence[group] ** 3;
  }
  return squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
}

/** The interval from the influence of each row: what the bootstrap tends to for many rows, at the cost of one pass. */
export function influenceInterval(value: number, influence: Float64Array, confidence = 0.95): Estimate {
  if (influence.length < 2) {
    return {
      value,
      standardError: Number.NaN,
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
    };
  }
  const squares = sum(influence.map((each) => each * each));
  const standardError = Math.sqrt(squares / (influence.length - 1) / influence.length);
  const half = criticalZ(confidence) * standardError;
  return { value, standardError, low: value - half, high: value + half };
}

/** A row statistic as one of clusters: each cluster is drawn or left with all its rows. `clusters` are 0 … count-1. */
export function byCluster(
  statistic: WeightedStatistic,
  clusters: Int32Array,
  count: number,
): WeightedStatistic {
  const rowWeights = new Float64Array(clusters.length);
  return {
    size: count,
    value(weights) {
      if (!weights) return statistic.value(null);
      for (let row = 0; row < clusters.length; row++) rowWeights[row] = weights[clusters[row]];
      return statistic.value(rowWeights);
    },
    influence() {
      const rows = statistic.influence();
      if (!rows) return null;
      const total = new Float64Array(count);
      // Per cluster the derivative is the sum over its rows; size × derivative rescales from rows to clusters.
      for (let row = 0; row < rows.length; row++) total[clusters[row]] += (rows[row] * count) / rows.length;
      return total;
    },
  };
}

/** The bootstrap-t interval of a mean, for few values: each replicate is judged by its own standard error. */
export function studentisedMean(
  values: Float64Array,
  {
    random,
    confidence = 0.95,
    replicates = 2000,
  }: { random: Random; confidence?: number; replicates?: number },
): Estimate {
  const value = mean(values);
  const standardError = Math.sqrt(variance(values, value) / values.length);
  const resample = new Float64Array(values.length);
  const ratios = new Float64Array(replicates);
  for (let replicate = 0; replicate < replicates; replicate++) {
    for (let row = 0; row < resample.length; row++) resample[row] = values[random.integer(values.length)];
    const center = mean(resample);
    const error = Math.sqrt(variance(resample, center) / resample.length);
    ratios[replicate] = studentisedGap(center - value, error);
  }
  return studentisedInterval({ value, standardError, ratios, confidence });
}

/** A gap by its own standard error. A resample of one value repeated has none: as extreme as can be. */
export function studentisedGap(gap: number, standardError: number): number {
  const ratio = standardError > 0 ? gap / standardError : Math.sign(gap) * Number.POSITIVE_INFINITY;
  return Number.isNaN(ratio) ? 0 : ratio;
}

/** The bootstrap-t interval that the ratios of resamples give; sorts them. */
export function studentisedInterval({
  value,
  standardError,
  ratios,
  confidence,
}: {
  value: number;
  standardError: number;
  ratios: Float64Array;
  confidence: number;
}): Estimate {
  ratios.sort();
  const tail = (1 - confidence) / 2;
  const place = (probability: number) => ratios[Math.round(probability * (ratios.length - 1))];
  return {
    value,
    standardError,
    low: value - place(1 - tail) * standardError,
    high: value - place(tail) * standardError,
  };
}
