import type { MetricSpec } from '../scoring/scorer.ts';

/**
 * A metric on every case of one task, read back from the rows: what estimates, comparisons and gates are made from.
 * Index i is the case at position i of the evaluation; trials of a case are averaged (values) or summed up (sums).
 */
export interface MetricSample {
  metric: MetricSpec;
  /** Cases of the evaluation. */
  n: number;
  /** Of each case: 1 where it has a score. */
  scored: Uint8Array;
  /**
   * Of each case the share of its trials that should have a score and have none (status `error`): 0 where all went well. Skipped
   * and unscorable are not missing. From it come the worst-case bounds.
   */
  missing: Float64Array;
  /** Mean over the scored trials; NaN where there is none. */
  values: Float64Array;
  /** Row-major n × width, for aggregates over sums; absent else. Mean over trials. */
  sums?: Float64Array;
  /** Variance between the trials of a case; NaN with one trial. */
  trialVariance?: Float64Array;
  trials: number;
  /** Cluster of each case; every case its own where nothing declares clusters. */
  clusters: Int32Array;
  clusterCount: number;
  clustered: boolean;
  /** Case × trial. */
  counts: { scored: number; skipped: number; unscorable: number; error: number };
}
