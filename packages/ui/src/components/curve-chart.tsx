import { lazy, Suspense } from 'react';
import { duration } from '../format/figures.ts';
import { loggedFigure } from '../format/logged.ts';
import { ChartFrame } from './chart-frame.tsx';

/** One run's metric over its steps, its time or its epochs. */
export interface Curve {
  label: string;
  /** A colour of the theme, such as `--run-1`; those without one are drawn thin and grey, behind. */
  colour: string | null;
  x: readonly number[];
  /** null where the metric was no number. */
  y: readonly (number | null)[];
  /** Least and most of what one point stands for, where it stands for many. */
  low?: readonly (number | null)[];
  high?: readonly (number | null)[];
  /** As it was before it was smoothed, drawn faintly. */
  raw?: readonly (number | null)[];
}

export interface CurveChartProps {
  title: string;
  says?: React.ReactNode;
  file: string;
  /** What lies to the right; time is in milliseconds from the start of the run. */
  across: 'step' | 'time' | 'epoch';
  curves: readonly Curve[];
  log?: boolean;
  height?: number;
}

const CurvePlot = lazy(() => import('./curve-plot.tsx').then((module) => ({ default: module.CurvePlot })));

/** Above this the table of the data would be no help; the CSV still has all. */
const LABELLED = 8;

/** Metrics as programs log them, with labels, data as a table, and a download. */
export function CurveChart(props: CurveChartProps) {
  const { title, says, file, across, curves, height = 200 } = props;
  const drawn = curves.filter(({ y }) => y.some((value) => value !== null && (!props.log || value > 0)));
  return (
    <ChartFrame title={title} says={says} file={file} data={dataOf(across, curves)}>
      {drawn.length === 0 ? (
        <p className="quiet chart-empty" style={{ height }}>
          {props.log && curves.some(({ y }) => y.some((value) => value !== null))
            ? 'No value above zero: a logarithmic axis has none other.'
            : 'No value that could be drawn.'}
        </p>
      ) : (
        <>
          {drawn.length > 1 ? <CurveKeys curves={drawn} /> : null}
          <div role="img" aria-label={inWords(title, across, drawn)} style={{ minHeight: height }}>
            <Suspense fallback={<div className="skeleton" style={{ height }} />}>
              <CurvePlot {...props} curves={drawn} height={height} />
            </Suspense>
          </div>
        </>
      )}
    </ChartFrame>
  );
}

function CurveKeys({ curves }: { curves: readonly Curve[] }) {
  const coloured = curves.filter(({ colour }) => colour !== null).slice(0, LABELLED);
  const rest = curves.length - coloured.length;
  return (
    <ul className="series-keys">
      {coloured.map(({ label, colour }) => (
        <li key={colour}>
          <svg width="18" height="10" aria-hidden="true">
            <line x2="18" y1="5" y2="5" stroke={`var(${colour})`} strokeWidth="2.500" />
          </svg>
          <span className="clipped" title={label}>
            {label}
          </span>
        </li>
      ))}
      {rest > 0 ? <li className="quiet">{rest} more in grey</li> : null}
    </ul>
  );
}

function inWords(title: string, across: string, curves: readonly Curve[]): string {
  const first = curves.slice(0, LABELLED).map(({ label, y }) => {
    const last = y.findLast((value) => value !== null);
    return `${label} last ${loggedFigure(last)}`;
  });
  return `${title} by ${across}: ${first.join(', ')}${curves.length > LABELLED ? ` and ${curves.length - LABELLED} more` : ''}`;
}

/** How the x-axis and the table write a place. */
export function placeText(across: CurveChartProps['across'], at: number): string {
  if (across === 'time') return duration(at);
  return across === 'step'
    ? at.toLocaleString('en-US', { maximumFractionDigits: 0 })
    : at.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

function dataOf(across: CurveChartProps['across'], curves: readonly Curve[]) {
  const head = across === 'time' ? 'milliseconds since the start' : across;
  const rows = curves.flatMap(({ label, x, y, low, high }) =>
    x.map((at, index) => [label, at, y[index], low?.[index] ?? null, high?.[index] ?? null]),
  );
  return { columns: ['series', head, 'value', 'least', 'most'], rows };
}
