import assert from 'node:assert/strict';
import { test } from 'node:test';
import { averagePrecision, brier, logLoss, rocAuc } from '../../src/stats/classification-metrics.ts';
import * as confusions from '../../src/stats/confusion-metrics.ts';
import { delongAuc, delongDifference } from '../../src/stats/delong.ts';
import * as beta from '../../src/stats/distributions/beta.ts';
import * as binomial from '../../src/stats/distributions/binomial.ts';
import * as chiSquare from '../../src/stats/distributions/chi-square.ts';
import * as gamma from '../../src/stats/distributions/gamma.ts';
import * as normal from '../../src/stats/distributions/normal.ts';
import * as studentT from '../../src/stats/distributions/student-t.ts';
import { clopperPearson, meanWithClusteredT, meanWithT, wilson } from '../../src/stats/intervals.ts';
import { metricValue } from '../../src/stats/metric-catalogue.ts';
import type { MetricName } from '../../src/stats/metric-names.ts';
import { quantileOfSorted } from '../../src/stats/order.ts';
import {
  binaryOutcomes,
  multiclassOutcomes,
  type Outcomes,
  regressionOutcomes,
} from '../../src/stats/outcomes.ts';
import { createRandom, xoshiro128 } from '../../src/stats/random.ts';
import { mae, mape, mse, pinball, rmse, rSquared, smape } from '../../src/stats/regression-metrics.ts';
import {
  benjaminiHochberg,
  chiSquareTwoSample,
  holm,
  kolmogorovSmirnov,
  kolmogorovSurvival,
  signFlip,
} from '../../src/stats/tests.ts';

type Metrics = Record<string, number | null>;

/** What make-stats-oracle.py writes. */
export interface StatsOracle {
  distributions: [name: string, args: number[], value: number][];
  binary: {
    name: string;
    y: number[];
    p: number[];
    weights: number[];
    metrics: Metrics;
    weighted: Metrics;
  }[];
  multiclass: (Record<'quadratic kappa' | 'linear kappa', number> & {
    classes: number;
    y: number[];
    p: number[];
    metrics: Metrics;
  })[];
  regression: { name: string; y: number[]; p: number[]; metrics: Metrics; pinball: Record<string, number> }[];
  breastCancer: { y: number[]; p: number[]; metrics: Metrics; columnZero: number[] };
  delong: {
    y: number[];
    a: number[];
    b: number[];
    auc: number[];
    error: number[];
    differenceError: number;
  }[];
  proportions: number[][];
  means: { values: number[]; clusters: number[]; t: number[]; clusteredError: number; clustered: number[] }[];
  tests: {
    ks: { a: number[]; b: number[]; statistic: number };
    kolmogorov: [number, number][];
    chiSquare: { first: number[]; second: number[]; statistic: number; p: number };
    signFlip: { differences: number[]; p: number };
    adjusted: { p: number[]; holm: number[]; benjaminiHochberg: number[] };
  };
  quantiles: { values: number[]; levels: number[]; quantiles: number[] };
  xoshiro: number[];
}

const DISTRIBUTIONS: Record<string, unknown> = {
  ...beta,
  ...binomial,
  ...chiSquare,
  ...gamma,
  ...normal,
  ...studentT,
};
const DISTRIBUTION_TOLERANCE = 1e-10;
const METRIC_TOLERANCE = 1e-12;

export function near(actual: number, expected: number, tolerance: number, what: string): void {
  const scale = Math.max(Math.abs(expected), Number.MIN_VALUE);
  assert.ok(
    actual === expected || Math.abs(actual - expected) <= tolerance * scale,
    `${what}: ${actual}, expected ${expected}`,
  );
}

/** Metrics are compared absolutely below 1 in size, relatively above. */
function nearMetric(actual: number, expected: number | null, what: string): void {
  if (expected === null) {
    assert.ok(Number.isNaN(actual), `${what}: ${actual}, expected undefined`);
    return;
  }
  const scale = Math.max(1, Math.abs(expected));
  assert.ok(
    Math.abs(actual - expected) <= METRIC_TOLERANCE * scale,
    `${what}: ${actual}, expected ${expected}`,
  );
}

function checkMetrics(outcomes: Outcomes, metrics: Metrics, what: string): void {
  for (const [metric, expected] of Object.entries(metrics)) {
    nearMetric(metricValue(metric as MetricName, outcomes), expected, `${metric} of ${what}`);
  }
}

/** Tests that src/stats agrees with an oracle: distributions to 1e-10 relative, metrics to 1e-12. */
export function checkStatsOracle(oracle: StatsOracle): void {
  test('distributions, far tails included', () => checkDistributions(oracle));
  test('binary metrics, also weighted', () => checkBinary(oracle));
  test('multiclass metrics', () => checkMulticlass(oracle));
  test('regression metrics', () => checkRegression(oracle));
  test('metrics of a real model', () => {
    const { y, p, metrics } = oracle.breastCancer;
    checkMetrics(binaryOutcomes(Uint8Array.from(y), Float64Array.from(p)), metrics, 'breast cancer');
  });
  test('DeLong errors equal their definition', () => checkDelong(oracle));
  test('intervals of proportions and means', () => checkIntervals(oracle));
  test('hypothesis tests and adjusted p-values', () => checkTests(oracle));
  test('type-7 quantiles', () => {
    const { values, levels, quantiles } = oracle.quantiles;
    const sorted = Float64Array.from(values).sort();
    for (const [index, level] of levels.entries()) {
      near(quantileOfSorted(sorted, level), quantiles[index], METRIC_TOLERANCE, `quantile ${level}`);
    }
  });
  test('the generator gives its published numbers', () => {
    const draw = xoshiro128(Uint32Array.of(1, 2, 3, 4));
    assert.deepEqual(oracle.xoshiro.map(draw), oracle.xoshiro);
  });
}

function checkDistributions({ distributions }: StatsOracle): void {
  for (const [name, args, expected] of distributions) {
    const call = DISTRIBUTIONS[name] as (...args: number[]) => number;
    near(call(...args), expected, DISTRIBUTION_TOLERANCE, `${name}(${args.join(', ')})`);
  }
}

function checkBinary({ binary }: StatsOracle): void {
  for (const { name, y, p, weights, metrics, weighted } of binary) {
    const [truth, scores, weight] = [Uint8Array.from(y), Float64Array.from(p), Float64Array.from(weights)];
    const outcomes = binaryOutcomes(truth, scores);
    checkMetrics(outcomes, metrics, name);
    const confusion = confusions.confusionMatrix(truth, outcomes.predicted, 2, weight);
    const ours: Record<string, number> = {
      'log-loss': logLoss(truth, scores, weight),
      brier: brier(truth, scores, weight),
      'roc-auc': rocAuc(truth, scores, weight),
      'average-precision': averagePrecision(truth, scores, weight),
      accuracy: confusions.accuracy(confusion),
      'balanced-accuracy': confusions.balancedAccuracy(confusion),
      precision: confusions.precision(confusion),
      recall: confusions.recall(confusion),
      f1: confusions.f1(confusion),
      mcc: confusions.matthewsCorrelation(confusion),
      kappa: confusions.cohenKappa(confusion),
    };
    for (const [metric, expected] of Object.entries(weighted)) {
      if (expected !== null) nearMetric(ours[metric], expected, `weighted ${metric} of ${name}`);
    }
  }
}

function checkMulticlass({ multiclass }: StatsOracle): void {
  for (const each of multiclass) {
    const outcomes = multiclassOutcomes(Int32Array.from(each.y), Float64Array.from(each.p), each.classes);
    checkMetrics(outcomes, each.metrics, `${each.classes} classes`);
    const confusion = confusions.confusionMatrix(outcomes.y, outcomes.predicted, each.classes);
    for (const weights of ['linear', 'quadratic'] as const) {
      nearMetric(confusions.cohenKappa(confusion, weights), each[`${weights} kappa`], `${weights} kappa`);
    }
    nearMetric(confusions.averageF1(confusion, 'micro'), each.metrics.accuracy, 'micro F1');
  }
}

function checkRegression({ regression }: StatsOracle): void {
  for (const { name, y, p, metrics, pinball: pinballs } of regression) {
    const [truth, value] = [Float64Array.from(y), Float64Array.from(p)];
    checkMetrics(regressionOutcomes(truth, value), metrics, name);
    const ones = new Float64Array(y.length).fill(2);
    for (const [metric, weighted] of Object.entries({ mae, mse, rmse, smape, r2: rSquared, mape })) {
      if (metrics[metric] !== null)
        nearMetric(weighted(truth, value, ones), metrics[metric], `weighted ${metric}`);
    }
    for (const [quantile, expected] of Object.entries(pinballs)) {
      nearMetric(pinball(truth, value, Number(quantile)), expected, `pinball ${quantile} of ${name}`);
    }
  }
}

function checkDelong({ delong }: StatsOracle): void {
  for (const each of delong) {
    const y = Uint8Array.from(each.y);
    const scores = [each.a, each.b].map((score) => Float64Array.from(score));
    for (const [model, score] of scores.entries()) {
      const { value, standardError } = delongAuc(y, score);
      near(value, each.auc[model], METRIC_TOLERANCE, 'AUC');
      near(standardError, each.error[model], METRIC_TOLERANCE, 'DeLong error');
    }
    const { standardError } = delongDifference(y, scores[0], scores[1]);
    near(standardError, each.differenceError, METRIC_TOLERANCE, 'DeLong error of the difference');
  }
}

function checkIntervals({ proportions, means }: StatsOracle): void {
  for (const [hits, n, level, ...limits] of proportions) {
    const [ours, exact] = [wilson(hits, n, level), clopperPearson(hits, n, level)];
    for (const [place, limit] of [ours.low, ours.high, exact.low, exact.high].entries()) {
      near(limit, limits[place], DISTRIBUTION_TOLERANCE, `limit ${place} of ${hits} in ${n} at ${level}`);
    }
  }
  for (const each of means) {
    const values = Float64Array.from(each.values);
    const clusters = Int32Array.from(each.clusters);
    const [plain, clustered] = [meanWithT(values), meanWithClusteredT(values, clusters)];
    near(clustered.standardError, each.clusteredError, METRIC_TOLERANCE, 'clustered error');
    const limits = [plain.low, plain.high, clustered.low, clustered.high];
    for (const [place, expected] of [...each.t, ...each.clustered].entries()) {
      near(limits[place], expected, DISTRIBUTION_TOLERANCE, `limit ${place} of a mean`);
    }
  }
}

function checkTests({ tests }: StatsOracle): void {
  const { ks, kolmogorov, chiSquare: chi, adjusted } = tests;
  near(
    kolmogorovSmirnov(Float64Array.from(ks.a), Float64Array.from(ks.b)).statistic,
    ks.statistic,
    METRIC_TOLERANCE,
    'KS',
  );
  for (const [x, p] of kolmogorov)
    near(kolmogorovSurvival(x), p, DISTRIBUTION_TOLERANCE, `Kolmogorov at ${x}`);
  const ours = chiSquareTwoSample(chi.first, chi.second);
  near(ours.statistic, chi.statistic, METRIC_TOLERANCE, 'chi-square');
  near(ours.p, chi.p, DISTRIBUTION_TOLERANCE, 'p of chi-square');
  const flips = signFlip(Float64Array.from(tests.signFlip.differences), { random: createRandom(1) });
  near(flips.p, tests.signFlip.p, METRIC_TOLERANCE, 'sign-flip');
  for (const [place, p] of holm(adjusted.p).entries())
    near(p, adjusted.holm[place], METRIC_TOLERANCE, 'Holm');
  for (const [place, p] of benjaminiHochberg(adjusted.p).entries()) {
    near(p, adjusted.benjaminiHochberg[place], METRIC_TOLERANCE, 'Benjamini-Hochberg');
  }
}
