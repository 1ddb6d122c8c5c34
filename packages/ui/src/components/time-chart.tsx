import { lazy, Suspense } from 'react';
import { localMinute } from '../format/moments.ts';
import { ChartFrame } from './chart-frame.tsx';

export interface TimeSeries {
  label: string;
  values: readonly (number | null)[];
  /** A colour of the theme, such as `--series-current`. */
  colour: string;
  /** `points` where single values matter and may be far apart. */
  style?: 'line' | 'dashed' | 'bars' | 'points';
  /** Its interval, drawn as a band. */
  low?: readonly (number | null)[];
  high?: readonly (number | null)[];
}

export interface TimeChartProps {
  title: string;
  says?: React.ReactNode;
  file: string;
  /** Milliseconds since the epoch, ascending. */
  times: readonly number[];
  series: readonly TimeSeries[];
  /** Of the axis and of the table. */
  format: (value: number | null) => string;
  /** A line across, such as what a gate demands. */
  rule?: { at: number; label: string } | undefined;
  /** Moments that a reader must know of, such as another version beginning to serve. */
  moments?: readonly { at: number; label: string }[] | undefined;
  /** Counts and times begin at zero. */
  fromZero?: boolean;
  height?: number;
}

const TimePlot = lazy(() => import('./time-plot.tsx').then((module) => ({ default: module.TimePlot })));

/** Values over time, with labels beside, data as a table, and a download. */
export function TimeChart(props: TimeChartProps) {
  const { title, says, file, times, series, height = 190 } = props;
  const columns = ['time', ...series.flatMap(columnsOf)];
  const rows = times.map((time, index) => [
    new Date(time).toISOString(),
    ...series.flatMap((one) => valuesOf(one, index)),
  ]);
  const label = `${title}: ${series.map((one) => one.label).join(', ')}, ${times.length} points${
    times.length === 0 ? '' : ` from ${localMinute(times[0])} to ${localMinute(times.at(-1) ?? 0)}`
  }`;
  return (
    <ChartFrame title={title} says={says} file={file} data={{ columns, rows }}>
      {times.length === 0 ? (
        <p className="quiet chart-empty" style={{ height }}>
          Nothing in this time.
        </p>
      ) : (
        <>
          {series.length === 1 && series[0].low === undefined ? null : <SeriesKeys series={series} />}
          <div role="img" aria-label={label} style={{ minHeight: height }}>
            <Suspense fallback={<div className="skeleton" style={{ height }} />}>
              <TimePlot {...props} height={height} />
            </Suspense>
          </div>
        </>
      )}
    </ChartFrame>
  );
}

/** Which line is which. */
function SeriesKeys({ series }: { series: readonly TimeSeries[] }) {
  return (
    <ul className="series-keys">
      {series.map((one) => (
        <li key={one.label}>
          <SeriesKey series={one} />
          {one.label}
          {one.low === undefined ? '' : ' with its interval'}
        </li>
      ))}
    </ul>
  );
}

/** Each series' line in small: its dash tells it apart where its colour does not. */
function SeriesKey({ series }: { series: TimeSeries }) {
  const colour = `var(${series.colour})`;
  return (
    <svg width="18" height="10" aria-hidden="true">
      {series.style === 'bars' ? <rect x="4" width="10" height="10" fill={colour} /> : null}
      {series.style === 'points' ? <circle cx="9" cy="5" r="4" fill={colour} /> : null}
      {series.style === undefined || series.style === 'line' || series.style === 'dashed' ? (
        <line
          x2="18"
          y1="5"
          y2="5"
          stroke={colour}
          strokeWidth="2.500"
          strokeDasharray={series.style === 'dashed' ? '5 3' : undefined}
        />
      ) : null}
    </svg>
  );
}

function columnsOf({ label, low }: TimeSeries): string[] {
  return low === undefined ? [label] : [label, `${label} low`, `${label} high`];
}

function valuesOf({ values, low, high }: TimeSeries, index: number): (number | null)[] {
  const value = values[index] ?? null;
  return low === undefined ? [value] : [value, low[index] ?? null, high?.[index] ?? null];
}
