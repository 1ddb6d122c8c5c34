/** Quantiles are right to within this share of their value. */
const ACCURACY = 0.01;
const GAMMA = (1 + ACCURACY) / (1 - ACCURACY);
const LOG_GAMMA = Math.log(GAMMA);
/** 20 minutes, in microseconds; longer ones count as this. */
const LONGEST_US = 1.2e9;

/** Buckets whose bounds grow by a constant factor, as in DDSketch (Masson, Rim and Lee 2019): the last one's number. */
export const LAST_BUCKET = Math.ceil(Math.log(LONGEST_US) / LOG_GAMMA);

/** Requests' records by bucket of their latency. Sparse plain JSON; counts of windows add. */
export type LatencyCounts = Record<number, number>;

/** Bucket b > 0 holds latencies above gamma^(b-1) and up to gamma^b microseconds, bucket 0 those up to one. */
export function latencyBucketOf(microseconds: number): number {
  if (!(microseconds > 1)) return 0;
  return Math.min(LAST_BUCKET, Math.ceil(Math.log(microseconds) / LOG_GAMMA));
}

/** Quantiles in milliseconds, each within 1 % of the value that has this rank; null where nothing was counted. */
export function latencyQuantiles(counts: LatencyCounts): { p50: number; p95: number; p99: number } | null {
  const buckets = Object.entries(counts);
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return null;
  const at = (quantile: number) => {
    let below = 0;
    for (const [bucket, count] of buckets) {
      below += count;
      if (below >= quantile * total) return (2 * GAMMA ** Number(bucket)) / (GAMMA + 1) / 1_000;
    }
    return Number.NaN;
  };
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
