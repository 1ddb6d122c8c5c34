import { difference } from '../../stats/weighted-statistic.ts';
import { differenceOfMetric, improvementOf } from '../compare-metric.ts';
import { intervalOfDifference, NO_INTERVAL } from '../interval-methods.ts';
import type { SuiteComparison } from '../report/schema.ts';
import type { MetricSpec } from '../scoring/scorer.ts';
import { outcomesOfCases } from './case-outcomes.ts';
import { unitsOf } from './clusters.ts';
import { finite, rangeOf, type SampleFigure, sumsOfCases, TOO_FEW, valueOfCases } from './estimate-sample.ts';
import { type MadeDifference, meanDifference, unseenDifference } from './mean-difference.ts';
import type { MetricSample } from './metric-sample.ts';
import { quantileBounds, quantileStatistic } from './sample-statistics.ts';
import { casesAt, type Positions, type ScoredCases } from './scored-cases.ts';

export interface CompareOptions {
  /** Two-sided. */
  confidence?: number;
  /** Of each position of the candidate, the same case's position in the baseline; -1 where it has none. */
  pairs: Int32Array;
  /** Only these positions of the candidate. */
  rows?: Positions;
}

/** A comparison before it is written down; `value` is the improvement. */
export interface SampleDifference extends SampleFigure {
  candidate: number;
  baseline: number;
  p?: number;
  gained?: number;
  lost?: number;
}

/**
 * Candidate minus baseline on the cases that both have a score of, each with itself; positive is better, whichever way the metric runs.
 *
 * @example
 * compareSamples(candidate, baseline, { pairs: pairById(candidateIds, baselineIds) });
 * // { metric: 'exact', improvement: 0.03, low: 0.01, high: 0.05, n: 400, gained: 16, lost: 4, p: 0.012, method: 'paired t', … }
 */
export function compareSamples(
  candidate: MetricSample,
  baseline: MetricSample,
  options: CompareOptions,
): SuiteComparison {
  const made = differenceOf(candidate, baseline, options);
  const { value, low, high, n, units, gained, lost, p, method } = made;
  const isKnown = low < high;
  const reason = made.reason ?? (isKnown && Number.isFinite(high - low) ? undefined : TOO_FEW);
  return {
    metric: candidate.metric.name,
    improvement: finite(value),
    low: isKnown ? finite(low) : null,
    high: isKnown ? finite(high) : null,
    n,
    clusters: units,
    ...(gained === undefined || lost === undefined ? {} : { gained, lost }),
    ...(p === undefined ? {} : { p }),
    method,
    ...(reason === undefined ? {} : { reason }),
  };
}

/** Of each candidate's id the position of the same id in the baseline, -1 where it is not there. */
export function pairById(candidate: readonly string[], baseline: readonly string[]): Int32Array {
  const positions = new Map(baseline.map((id, position) => [id, position]));
  return Int32Array.from(candidate, (id) => positions.get(id) ?? -1);
}

export function differenceOf(
  candidate: MetricSample,
  baseline: MetricSample,
  { confidence = 0.95, pairs, rows }: CompareOptions,
): SampleDifference {
  const [ours, theirs] = pairedCases(candidate, baseline, pairs, rows);
  const { metric } = candidate;
  const n = ours.positions.length;
  const units = unitsOf(n, ours.clusters);
  const values =
    n === 0 ? NEITHER : { candidate: valueOfCases(metric, ours), baseline: valueOfCases(metric, theirs) };
  const gap = values.candidate - values.baseline;
  if (Number.isNaN(gap)) {
    const reason = n === 0 ? 'no case has a score on both sides' : 'these cases give it no meaning';
    return {
      ...values,
      n,
      units,
      value: Number.NaN,
      low: Number.NaN,
      high: Number.NaN,
      method: 'none',
      reason,
    };
  }
  const made = differenceInterval(metric, ours, theirs, { gap, confidence });
  const { improvement: value, ...interval } = improvementOf(gap, made, metric.better === 'higher');
  return { ...values, n, units, value, ...interval, ...discordance(metric, ours, theirs) };
}

const NEITHER = { candidate: Number.NaN, baseline: Number.NaN };

function pairedCases(
  candidate: MetricSample,
  baseline: MetricSample,
  pairs: Int32Array,
  rows: Positions | undefined,
): [ScoredCases, ScoredCases] {
  const ours: number[] = [];
  const consider = (position: number) => {
    const partner = pairs[position];
    if (partner >= 0 && candidate.scored[position] === 1 && baseline.scored[partner] === 1)
      ours.push(position);
  };
  if (rows) rows.forEach(consider);
  else for (let position = 0; position < candidate.n; position++) consider(position);
  const positions = Int32Array.from(ours);
  return [
    casesAt(candidate, positions),
    casesAt(
      baseline,
      positions.map((position) => pairs[position]),
    ),
  ];
}

function differenceInterval(
  metric: MetricSpec,
  ours: ScoredCases,
  theirs: ScoredCases,
  { gap, confidence }: { gap: number; confidence: number },
): MadeDifference {
  const { aggregate, name: purpose } = metric;
  const { clusters } = ours;
  if (clusters?.count === 1) return NO_INTERVAL;
  if (aggregate.kind === 'mean') {
    const gaps = ours.values.map((value, place) => value - theirs.values[place]);
    const largest = largestGap(metric, ours, theirs);
    return meanDifference({ gaps, clusters, binary: metric.binary, largest, confidence, purpose });
  }
  if (aggregate.kind === 'outcomes') {
    const [candidate, baseline] = [outcomesOfCases(aggregate, ours), outcomesOfCases(aggregate, theirs)];
    return differenceOfMetric(aggregate.metric, candidate, baseline, { confidence, clusters }).made;
  }
  return resampledDifference(metric, ours, theirs, { gap, confidence });
}

/** Quantiles and functions of sums, by whole clusters where there are any. */
function resampledDifference(
  metric: MetricSpec,
  ours: ScoredCases,
  theirs: ScoredCases,
  { gap, confidence }: { gap: number; confidence: number },
): MadeDifference {
  const { aggregate } = metric;
  const { clusters } = ours;
  const units = unitsOf(ours.positions.length, clusters);
  if (aggregate.kind === 'quantile' && !isBounded(aggregate.probability, [ours, theirs], confidence)) {
    return NO_INTERVAL;
  }
  const statisticOf = (cases: ScoredCases) =>
    aggregate.kind === 'quantile'
      ? quantileStatistic(cases.values, aggregate.probability)
      : sumsOfCases(aggregate.kind === 'sums' ? aggregate.name : '', cases);
  const statistic = difference(statisticOf(ours), statisticOf(theirs));
  const purpose = `${metric.name} difference`;
  const made = intervalOfDifference({ statistic, clusters, confidence, purpose }, Math.max(1, units - 1));
  return made.low === made.high
    ? unseenDifference(gap, largestGap(metric, ours, theirs), units, confidence)
    : made;
}

/** Of a tail that so few cases say nothing about, a bootstrap would claim to know the end. */
function isBounded(probability: number, sides: readonly ScoredCases[], confidence: number): boolean {
  return sides.every(({ values, clusters }) => {
    const { low, high } = quantileBounds(values, probability, { clusters, confidence });
    return Number.isFinite(low) && Number.isFinite(high);
  });
}

/** How far apart two cases can be: by the metric's range, else by what was seen. */
function largestGap(metric: MetricSpec, ours: ScoredCases, theirs: ScoredCases): number {
  const { low, high } = rangeOf(metric);
  if (Number.isFinite(high - low)) return high - low;
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { values } of [ours, theirs]) {
    for (const value of values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  }
  return most > least ? most - least : 0;
}

/** Cases only one of the two got right; of metrics that are 0 or 1. */
function discordance(
  { aggregate, binary, better }: MetricSpec,
  ours: ScoredCases,
  theirs: ScoredCases,
): { gained?: number; lost?: number } {
  if (aggregate.kind !== 'mean' || !binary) return {};
  let [up, down] = [0, 0];
  for (let place = 0; place < ours.values.length; place++) {
    const gap = ours.values[place] - theirs.values[place];
    if (gap > 0) up++;
    else if (gap < 0) down++;
  }
  return better === 'higher' ? { gained: up, lost: down } : { gained: down, lost: up };
}
