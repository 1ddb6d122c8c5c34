import { studentTSurvival, studentTSurvivalQuantile } from '../distributions/student-t.ts';
import type { Estimate, Interval } from '../intervals.ts';
import { confidenceSequence, type SequenceOptions, sequenceP } from './confidence-sequence.ts';

/** An arm of an experiment, by what adds up: users or requests, the sum of their values, the sum of squares. */
export interface ArmTotals {
  n: number;
  sum: number;
  squares: number;
}

export interface LiftOptions {
  /** `relative`: (b - a) / a, its error by the delta method; `absolute`: b - a. */
  scale?: 'relative' | 'absolute';
}

interface Lift {
  value: number;
  standardError: number;
  /** Welch's degrees of freedom. */
  df: number;
  n: number;
}

/** How much arm b is above arm a, of different people: an A/B test looked at once, with Welch's t interval. */
export function lift(
  a: ArmTotals,
  b: ArmTotals,
  { scale = 'relative', confidence = 0.95 }: LiftOptions & { confidence?: number } = {},
): Estimate & { p: number } {
  const { value, standardError, df } = measureLift(a, b, scale);
  const half = studentTSurvivalQuantile((1 - confidence) / 2, df) * standardError;
  const p = 2 * studentTSurvival(Math.abs(value) / standardError, df);
  return { value, standardError, low: value - half, high: value + half, p };
}

/** The same, but it may be looked at and stopped at any time. `plannedN` counts both arms. */
export function sequentialLift(
  a: ArmTotals,
  b: ArmTotals,
  { scale = 'relative', ...options }: LiftOptions & SequenceOptions,
): { value: number; standardError: number; p: number } & Interval {
  const found = measureLift(a, b, scale);
  const { value, standardError } = found;
  return { value, standardError, ...confidenceSequence(found, options), p: sequenceP(found, options) };
}

function measureLift(a: ArmTotals, b: ArmTotals, scale: 'relative' | 'absolute'): Lift {
  const [first, second] = [meanOf(a), meanOf(b)];
  const n = a.n + b.n;
  const total = first.error + second.error;
  const df = (total * total) / (first.error ** 2 / (a.n - 1) + second.error ** 2 / (b.n - 1));
  const difference = second.mean - first.mean;
  if (scale === 'absolute') return { value: difference, standardError: Math.sqrt(total), df, n };
  const squared = first.mean * first.mean;
  const variance = second.error / squared + (first.error * second.mean ** 2) / (squared * squared);
  return { value: difference / first.mean, standardError: Math.sqrt(variance), df, n };
}

/** An arm's mean with the variance of it. */
function meanOf({ n, sum, squares }: ArmTotals): { mean: number; error: number } {
  const mean = sum / n;
  return { mean, error: (squares - n * mean * mean) / (n - 1) / n };
}
