/** Count, mean, sum of squared distances from it, and range of the finite values seen. Plain JSON; mergeable. */
export interface Moments {
  count: number;
  mean: number;
  /** Sum of (value - mean)²; divided by the count it is the population variance. */
  m2: number;
  /** Null while nothing was seen. */
  min: number | null;
  max: number | null;
}

/** NaN and infinities are left out. */
export function momentsOf(values: Float64Array): Moments {
  const moments: Moments = { count: 0, mean: 0, m2: 0, min: null, max: null };
  for (const value of values) if (Number.isFinite(value)) addToMoments(moments, value);
  return moments;
}

/** Takes one value in (Welford 1962). */
function addToMoments(moments: Moments, value: number): void {
  moments.count += 1;
  const distance = value - moments.mean;
  moments.mean += distance / moments.count;
  moments.m2 += distance * (value - moments.mean);
  if (moments.min === null || value < moments.min) moments.min = value;
  if (moments.max === null || value > moments.max) moments.max = value;
}

/** The moments of both samples together (Chan, Golub and LeVeque 1983). */
export function mergeMoments(a: Moments, b: Moments): Moments {
  if (a.count === 0) return { ...b };
  if (b.count === 0) return { ...a };
  const count = a.count + b.count;
  const distance = b.mean - a.mean;
  return {
    count,
    mean: a.mean + (distance * b.count) / count,
    m2: a.m2 + b.m2 + (distance * distance * a.count * b.count) / count,
    min: Math.min(a.min ?? Number.POSITIVE_INFINITY, b.min ?? Number.POSITIVE_INFINITY),
    max: Math.max(a.max ?? Number.NEGATIVE_INFINITY, b.max ?? Number.NEGATIVE_INFINITY),
  };
}
