import type { MetricSpec } from '../scoring/scorer.ts';
import { numberClusters } from './clusters.ts';
import type { MetricSample } from './metric-sample.ts';

/** A metric that is the mean of values between 0 and 1, unless said otherwise. */
export function meanMetric(name: string, settings: Partial<MetricSpec> = {}): MetricSpec {
  return { name, aggregate: { kind: 'mean' }, better: 'higher', binary: false, range: [0, 1], ...settings };
}

/**
 * A sample from values at hand, one a case: NaN is a score that is missing.
 *
 * @example
 * estimateSample(sampleOfValues(meanMetric('exact', { binary: true }), [1, 0, 1, 1])).value; // 0.75
 */
export function sampleOfValues(
  metric: MetricSpec,
  values: ArrayLike<number>,
  clusters?: ArrayLike<unknown>,
): MetricSample {
  const n = values.length;
  const numbered = clusters && numberClusters(clusters);
  const all = Float64Array.from(values);
  const error = all.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
  return {
    metric,
    n,
    scored: Uint8Array.from(all, (value) => (Number.isNaN(value) ? 0 : 1)),
    missing: all.map((value) => (Number.isNaN(value) ? 1 : 0)),
    values: all,
    trials: 1,
    clusters: numbered?.of ?? Int32Array.from({ length: n }, (_, row) => row),
    clusterCount: numbered?.count ?? n,
    clustered: numbered !== undefined,
    counts: { scored: n - error, skipped: 0, unscorable: 0, error },
  };
}
