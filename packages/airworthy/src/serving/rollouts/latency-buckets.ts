/** Buckets a doubling: neighbours are 4.4 % apart. */
const PER_DOUBLING = 16;

/** The bucket of a latency in microseconds. */
export function latencyBucket(us: number): number {
  return Math.round(Math.log2(Math.max(1, us)) * PER_DOUBLING);
}

/** A bucket and how many requests are in it. */
export interface LatencyCount {
  bucket: number;
  requests: number;
}

/**
 * The latency in microseconds that the given part of the requests does not exceed, to within 2.2 %; null of none.
 *
 * @param counts in any order
 */
export function latencyQuantile(counts: readonly LatencyCount[], part: number): number | null {
  const sorted = counts.toSorted((a, b) => a.bucket - b.bucket);
  const wanted = part * sorted.reduce((sum, { requests }) => sum + requests, 0);
  let seen = 0;
  for (const { bucket, requests } of sorted) {
    seen += requests;
    if (seen >= wanted && seen > 0) return 2 ** (bucket / PER_DOUBLING);
  }
  return null;
}
