import { studentTSurvivalQuantile } from '../distributions/student-t.ts';
import { type Interval, unseenShare } from '../intervals.ts';
import { type Figure, UNDEFINED } from '../measured-metric.ts';

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
