/**
 * Latencies by bucket, log-linear: each doubling has sixteen buckets of equal width, so that a bucket's middle is
 * within 3.2 % of whatever is in it; below sixteen microseconds each has its own.
 */
const SUB_BITS = 4;
const SUB_BUCKETS = 1 << SUB_BITS;
/** About 36 minutes; longer ones count as this. */
const LONGEST_US = 2 ** 31 - 1;

export const LATENCY_BUCKETS = latencyBucketOf(LONGEST_US) + 1;

/** In microseconds; what is no number counts as zero. */
export function latencyBucketOf(microseconds: number): number {
  const whole = Math.min(LONGEST_US, Math.max(0, microseconds)) | 0;
  if (whole < SUB_BUCKETS) return whole;
  const shift = 31 - Math.clz32(whole) - SUB_BITS;
  return (shift << SUB_BITS) + (whole >> shift);
}

/** Lower bound of a bucket, in microseconds. */
function bucketStart(bucket: number): number {
  if (bucket < SUB_BUCKETS) return bucket;
  const shift = (bucket >> SUB_BITS) - 1;
  return (SUB_BUCKETS + (bucket & (SUB_BUCKETS - 1))) * 2 ** shift;
}

/** The middle of a bucket, in microseconds. */
function bucketMiddle(bucket: number): number {
  return (bucketStart(bucket) + bucketStart(bucket + 1)) / 2;
}

/** The latency that has this rank, in milliseconds, to within 3.2 %; null where nothing was counted. */
export function quantileMs(counts: Uint32Array, quantile: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = quantile * total;
  let below = 0;
  const bucket = counts.findIndex((count) => {
    below += count;
    return count > 0 && below >= rank;
  });
  return bucketMiddle(bucket) / 1_000;
}
