import type { Interval } from './intervals.ts';
import type { MetricName } from './metric-names.ts';

/** A metric of rows that are not at hand, only what was counted of them; null where it, or its interval, is not defined. */
export interface MeasuredMetric {
  metric: MetricName;
  value: number | null;
  low: number | null;
  high: number | null;
  n: number;
  /** How the interval was made; `none` where there is none. */
  method: string;
}

/** A metric's value and interval on the way there; NaN and infinities where they are not defined. */
export interface Figure extends Interval {
  value: number;
  method: string;
}

export const UNDEFINED: Figure = { value: Number.NaN, low: Number.NaN, high: Number.NaN, method: 'none' };

/** JSON has no NaN, and an interval of no width would claim certainty: null where there is none. */
export function toMeasured(
  metric: MetricName,
  n: number,
  { value, low, high, method }: Figure,
): MeasuredMetric {
  const defined = Number.isFinite(value);
  const known = defined && Number.isFinite(low) && Number.isFinite(high) && low < high;
  return {
    metric,
    value: defined ? value : null,
    ...(known ? { low, high, method } : { low: null, high: null, method: 'none' }),
    n,
  };
}
