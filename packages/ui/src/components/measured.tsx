import { count, metricFigure } from '../format/figures.ts';

interface Props {
  value: number | null;
  low: number | null;
  high: number | null;
  n?: number | undefined;
  /** What to say where there is no value. */
  reason?: string | undefined;
}

/** A figure with its interval and n; never a lone number. */
export function Measured({ value, low, high, n, reason }: Props) {
  if (value === null) return <span className="quiet">{reason ?? 'not enough data'}</span>;
  return (
    <span className="measured">
      <strong>{metricFigure(value)}</strong>{' '}
      <span className="quiet">
        {low === null || high === null ? '(no interval)' : `[${metricFigure(low)}, ${metricFigure(high)}]`}
        {n === undefined ? null : ` n ${count(n)}`}
      </span>
    </span>
  );
}
