import { studentTSurvivalQuantile } from '../distributions/student-t.ts';
import { type Interval, unseenShare } from '../intervals.ts';
import type { MeasuredMetric } from './outcome-task.ts';

/** A metric's value and interval; NaN and infinities where they are not defined. */
export interface Figure extends Interval {
  value: number;
  method: string;
}

export const UNDEFINED: Figure = { value: Number.NaN, low: Number.NaN, high: Number.NaN, method: 'none' };

/** JSON has no NaN, and an interval of no width would claim certainty: null where there is none. */
export function stated({
  value,
  low,
  high,
  method,
}: Figure): Pick<MeasuredMetric, 'value' | 'low' | 'high' | 'method'> {
  if (!Number.isFinite(value)) return { value: null, low: null, high: null, method: 'none' };
  const known = Number.isFinite(low) && Number.isFinite(high) && low < high;
  return known ? { value, low, high, method } : { value, low: null, high: null, method: 'none' };
}

/** A mean of rows with Student's t, within what the mean can be; `variance` is that of one row. */
export function meanFigure(
  value: number,
  variance: number,
  rows: number,
  { low, high }: Interval,
  confidence: number,
): Figure {
  if (rows < 2) return { ...UNDEFINED, value };
  const half = studentTSurvivalQuantile((1 - confidence) / 2, rows - 1) * Math.sqrt(variance / rows);
  return { value, low: Math.max(low, value - half), high: Math.min(high, value + half), method: 'Student t' };
}

/** All rows gave the same: the share that would not is bounded exactly, and what those would give by the range. */
export function unseenFigure(
  value: number,
  rows: number,
  { low, high }: Interval,
  confidence: number,
): Figure {
  const share = unseenShare(rows, confidence);
  return {
    value,
    low: value - share * (value - low),
    high: value + share * (high - value),
    method: 'exact (unseen rows)',
  };
}
