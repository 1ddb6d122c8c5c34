import { useCallback } from 'react';
import uPlot from 'uplot';
import { loggedFigure } from '../format/logged.ts';
import { type Curve, type CurveChartProps, placeText } from './curve-chart.tsx';
import { PlotCanvas, type PlotPlan, plotAxis, plotReadout, type Themed } from './plot-canvas.tsx';

/** The canvas of a curve chart. */
export function CurvePlot({ across, curves, log = false, height = 200 }: CurveChartProps) {
  const plan = useCallback(
    (themed: Themed): PlotPlan => {
      const { data, series, bands, names } = planCurves(curves, themed, log);
      return {
        data,
        options: {
          legend: { show: false },
          cursor: { sync: { key: `curves by ${across}` }, drag: { x: true, y: false }, points: { size: 6 } },
          scales: { x: { time: false }, y: log ? { distr: 3 } : { range: padded } },
          axes: [
            plotAxis(themed, {
              space: 90,
              ...(across === 'step' ? { incrs: WHOLE } : {}),
              size: 30,
              values: (_plot, ticks) => ticks.map((tick) => placeText(across, tick)),
            }),
            plotAxis(themed, {
              size: 62,
              space: 34,
              values: (_plot, ticks) => ticks.map((tick) => (tick === null ? '' : tickText(tick))),
            }),
          ],
          series: [{}, ...series],
          bands,
          plugins: [
            plotReadout((plot, index) => [
              placeText(across, plot.data[0][index]),
              ...valuesAt(plot, index, names),
            ]),
          ],
        },
      };
    },
    [across, curves, log],
  );
  return <PlotCanvas plan={plan} height={height} />;
}

/** There is no half a step. */
const WHOLE = Array.from({ length: 13 }, (_, power) =>
  [1, 2, 5].map((factor) => factor * 10 ** power),
).flat();

interface Plan {
  data: uPlot.AlignedData;
  series: uPlot.Series[];
  bands: uPlot.Band[];
  /** Of each series, null where it is only an edge or a shadow. */
  names: (string | null)[];
}

/** Every curve has its own places; they are joined on one axis. Grey ones come first, to lie behind. */
function planCurves(curves: readonly Curve[], colour: Themed, log: boolean): Plan {
  const tables: uPlot.AlignedData[] = [];
  const plan: Omit<Plan, 'data'> = { series: [], bands: [], names: [] };
  const drawable = (values: readonly (number | null)[]) =>
    log ? values.map((value) => (value !== null && value > 0 ? value : null)) : [...values];
  const add = (columns: (readonly (number | null)[])[], x: readonly number[], series: uPlot.Series[]) => {
    tables.push([[...x], ...columns.map(drawable)] as uPlot.AlignedData);
    plan.series.push(...series);
  };
  for (const curve of curves.toSorted((a, b) => Number(a.colour !== null) - Number(b.colour !== null))) {
    const stroke = curve.colour === null ? `${colour('--series-reference')}66` : colour(curve.colour);
    const line = {
      stroke,
      width: curve.colour === null ? 1 : 2,
      spanGaps: true,
      points: { show: curve.colour !== null && curve.x.length < 40, size: 4, fill: stroke },
    };
    const faint = { stroke: `${stroke}55`, width: 1, spanGaps: true, points: { show: false } };
    if (curve.low !== undefined && curve.high !== undefined && curve.colour !== null) {
      const edge = { stroke: 'transparent', points: { show: false }, spanGaps: true };
      const first = plan.series.length + 1;
      plan.bands.push({ series: [first, first + 1], fill: `${stroke}2e` });
      add([curve.high, curve.low, curve.y], curve.x, [edge, edge, line]);
      plan.names.push(null, null, curve.label);
    } else if (curve.raw !== undefined && curve.colour !== null) {
      add([curve.raw, curve.y], curve.x, [faint, line]);
      plan.names.push(null, curve.label);
    } else {
      add([curve.y], curve.x, [line]);
      plan.names.push(curve.colour === null ? null : curve.label);
    }
  }
  return { ...plan, data: uPlot.join(tables) };
}

/** An axis needs no more places than its steps have. */
function tickText(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && size < 0.001) return value.toExponential().replace('e-', 'e−');
  if (size >= 1e5) return value.toLocaleString('en-US', { notation: 'compact' });
  return value.toLocaleString('en-US', { maximumSignificantDigits: 6 });
}

function padded(_plot: uPlot, low: number | null, high: number | null): uPlot.Range.MinMax {
  const [least, most] = [low ?? 0, high ?? 1];
  const space = (most - least || Math.abs(most) || 1) * 0.08;
  return [least - space, most + space];
}

function valuesAt(plot: uPlot, index: number, names: readonly (string | null)[]): string[] {
  return names.flatMap((name, series) => {
    const value = plot.data[series + 1][index];
    return name === null || value === null || value === undefined ? [] : [`${name} ${loggedFigure(value)}`];
  });
}
