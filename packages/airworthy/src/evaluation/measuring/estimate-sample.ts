import type { Interval } from '../../stats/intervals.ts';
import { measuredValue } from '../../stats/measure.ts';
import { measure } from '../../stats/metric-catalogue.ts';
import { quantileOfSorted } from '../../stats/order.ts';
import { mean } from '../../stats/sums.ts';
import { estimateMetric, statisticInterval } from '../estimate-metric.ts';
import { type MadeInterval, NO_INTERVAL } from '../interval-methods.ts';
import type { SuiteMetric } from '../report/schema.ts';
import { aggregateSums } from '../scoring/aggregates.ts';
import type { MetricSpec } from '../scoring/scorer.ts';
import { outcomesOfCases } from './case-outcomes.ts';
import { unitsOf } from './clusters.ts';
import { meanInterval } from './mean-interval.ts';
import type { MetricSample } from './metric-sample.ts';
import { worstCaseBounds } from './missing-scores.ts';
import { quantileBounds, sumsStatistic } from './sample-statistics.ts';
import { type Positions, type ScoredCases, scoredCases } from './scored-cases.ts';

export interface EstimateOptions {
  /** Two-sided. */
  confidence?: number;
  /** Only these positions, such as a slice's. */
  rows?: Positions;
}

/** A figure with its interval on the way to a report: NaN and infinities where there is none. */
export interface SampleFigure extends MadeInterval {
  value: number;
  n: number;
  /** Independent units behind it. */
  units: number;
  reason?: string;
}

/**
 * A metric of a task with its interval, by the method that fits metric and data; clusters count, not cases, where cases come in
 * clusters. What has no score is counted, and bounded in `bounds`.
 *
 * @example
 * estimateSample(sample, { confidence: 0.95 }); // { name: 'exact', value: 0.85, low: 0.77, high: 0.91, n: 100, method: 'Wilson', … }
 */
export function estimateSample(sample: MetricSample, options: EstimateOptions = {}): SuiteMetric {
  const { metric } = sample;
  const figure = figureOf(sample, options);
  const bounds = worstCaseBounds(sample, options.rows);
  return {
    name: metric.name,
    label: metric.label ?? metric.name,
    ...statedFigure(figure),
    clusters: figure.units,
    better: metric.better,
    ...(metric.unit === undefined ? {} : { unit: metric.unit }),
    counts: sample.counts,
    ...(bounds === undefined ? {} : { bounds }),
  };
}

/** As reports have it: null where there is no figure or no bound, with the reason. */
function statedFigure({ value, low, high, n, method, reason }: SampleFigure) {
  const isKnown = low < high;
  const why = reason ?? (isKnown && Number.isFinite(high - low) ? undefined : TOO_FEW);
  return {
    value: finite(value),
    low: isKnown ? finite(low) : null,
    high: isKnown ? finite(high) : null,
    n,
    method,
    ...(why === undefined ? {} : { reason: why }),
  };
}

export const TOO_FEW = 'too few or too uniform cases for an interval';

export const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** The same before it is written down. */
export function figureOf(
  sample: MetricSample,
  { confidence = 0.95, rows }: EstimateOptions = {},
): SampleFigure {
  const cases = scoredCases(sample, rows);
  const n = cases.positions.length;
  const common = { n, units: unitsOf(n, cases.clusters) };
  if (n === 0) return { ...common, ...UNKNOWN, reason: 'no case has a score' };
  const value = valueOfCases(sample.metric, cases);
  if (Number.isNaN(value)) return { ...common, ...UNKNOWN, reason: whyUndefined(sample.metric, cases) };
  return { ...common, value, ...intervalOfCases(sample.metric, cases, confidence) };
}

const UNKNOWN = { value: Number.NaN, low: Number.NaN, high: Number.NaN, method: 'none' };

function whyUndefined({ aggregate }: MetricSpec, cases: ScoredCases): string {
  const reason =
    aggregate.kind === 'outcomes'
      ? measure(aggregate.metric, outcomesOfCases(aggregate, cases)).undefinedBecause
      : undefined;
  return reason ?? 'these cases give it no meaning';
}

/** The metric's value on these cases; NaN where they give it no meaning. */
export function valueOfCases({ aggregate }: MetricSpec, cases: ScoredCases): number {
  switch (aggregate.kind) {
    case 'mean':
      return mean(cases.values);
    case 'quantile':
      return quantileOfSorted(cases.values.toSorted(), aggregate.probability);
    case 'sums':
      return sumsOfCases(aggregate.name, cases).value(null);
    case 'outcomes':
      return measuredValue(measure(aggregate.metric, outcomesOfCases(aggregate, cases)));
  }
}

/** A metric over summed-up statistics as resampling needs it. */
export function sumsOfCases(name: string, { sums, width }: ScoredCases) {
  return sumsStatistic((totals) => aggregateSums(name, totals), sums ?? new Float64Array(0), width);
}

function intervalOfCases(metric: MetricSpec, cases: ScoredCases, confidence: number): MadeInterval {
  const { aggregate, name: purpose, binary } = metric;
  const { clusters, values } = cases;
  const range = rangeOf(metric);
  switch (aggregate.kind) {
    case 'mean':
      return meanInterval({ values, clusters, binary, range, confidence, purpose });
    case 'quantile':
      return quantileBounds(values, aggregate.probability, { clusters, confidence });
    case 'sums': {
      const statistic = sumsOfCases(aggregate.name, cases);
      const limits = { lowest: range.low, highest: range.high };
      return statisticInterval({ statistic, ...limits }, { confidence, clusters, purpose });
    }
    case 'outcomes': {
      const outcomes = outcomesOfCases(aggregate, cases);
      const { low, high, method } = estimateMetric(aggregate.metric, outcomes, confidence, clusters);
      return low === null || high === null ? NO_INTERVAL : { low, high, method };
    }
  }
}

/** What a metric can be; infinite where that is not known. */
export function rangeOf({ range, binary }: MetricSpec): Interval {
  if (range) return { low: range[0], high: range[1] };
  if (binary) return { low: 0, high: 1 };
  return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
}
