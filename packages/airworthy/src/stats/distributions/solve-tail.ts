/** One tail of a distribution as a function of a coordinate that runs over the whole real line. */
export interface Tail {
  /** ln of the tail's probability. */
  logProbability(u: number): number;
  /** ln of the density in u. */
  logDensity(u: number): number;
  /** +1 where the tail grows with u (the lower tail), -1 where it shrinks. */
  direction: 1 | -1;
}

const MOST_STEPS = 400;

/**
 * The u at which a tail has the probability exp(target): Newton's method on the logarithm, which is nearly
 * straight in the far tails, kept inside a bracket and halved where it would leave it.
 */
export function solveTail(tail: Tail, target: number, start: number): number {
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  let u = start;
  let stride = 1;
  for (let step = 0; step < MOST_STEPS; step++) {
    const logProbability = tail.logProbability(u);
    const excess = tail.direction * (logProbability - target);
    if (excess === 0 || Number.isNaN(excess)) return u + excess;
    if (excess > 0) high = u;
    else low = u;
    const newton = u - excess / Math.exp(tail.logDensity(u) - logProbability);
    const inside = newton > low && newton < high && Math.abs(newton - u) <= 2 * stride + Math.abs(u);
    const next = inside ? newton : halfway(low, high, u, stride);
    stride *= 2;
    if (Math.abs(next - u) <= 1e-16 * Math.max(1, Math.abs(u))) return next;
    u = next;
  }
  return u;
}

function halfway(low: number, high: number, u: number, stride: number): number {
  if (low === Number.NEGATIVE_INFINITY) return u - stride;
  if (high === Number.POSITIVE_INFINITY) return u + stride;
  return (low + high) / 2;
}
