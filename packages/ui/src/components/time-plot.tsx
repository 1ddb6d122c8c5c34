import { useCallback } from 'react';
import uPlot from 'uplot';
import { PlotCanvas, type PlotPlan, plotAxis, plotReadout, type Themed } from './plot-canvas.tsx';
import type { TimeChartProps, TimeSeries } from './time-chart.tsx';

/** Charts of one page share their cursor. */
const CURSOR = 'airworthy';

/** The canvas of a time chart. */
export function TimePlot(props: TimeChartProps) {
  const { times, series, format, rule, moments, fromZero = false, height = 190 } = props;
  const plan = useCallback(
    (themed: Themed): PlotPlan => {
      const planned = planSeries(series, themed);
      return {
        data: [times as number[], ...planned.data] as uPlot.AlignedData,
        options: {
          ms: 1,
          legend: { show: false },
          cursor: { sync: { key: CURSOR }, drag: { x: false, y: false }, points: { size: 7 } },
          scales: {
            x: { range: (_plot, first, last) => spanOf(times, first, last) },
            y: { range: (_plot, low, high) => rangeOf(low, high, fromZero, rule?.at) },
          },
          axes: [
            plotAxis(themed, { space: 84, values: timeLabels }),
            plotAxis(themed, {
              size: (_plot, values) => Math.max(58, longest(values) * LETTER + 16),
              space: 34,
              values: (_plot, ticks) => ticks.map((tick) => format(tick)),
            }),
          ],
          series: [{}, ...planned.series],
          bands: planned.bands,
          hooks: {
            draw: [
              (drawn) => {
                if (rule !== undefined) drawRule(drawn, rule, themed);
                drawMoments(drawn, moments ?? [], themed);
              },
            ],
          },
          plugins: [
            plotReadout((plot, index) => [
              new Date(plot.data[0][index]).toLocaleString(),
              ...series.map((one) => readValue(one, index, format)),
            ]),
          ],
        },
      };
    },
    [times, series, format, rule, moments, fromZero],
  );
  return <PlotCanvas plan={plan} height={height} />;
}

interface Plan {
  data: (number | null)[][];
  series: uPlot.Series[];
  bands: uPlot.Band[];
}

/** A series is one line, or three where it has an interval: low and high are drawn as the band's edges only. */
function planSeries(series: readonly TimeSeries[], colour: Themed): Plan {
  const plan: Plan = { data: [], series: [], bands: [] };
  for (const one of series) {
    const stroke = colour(one.colour);
    if (one.low !== undefined && one.high !== undefined) {
      plan.data.push([...one.high], [...one.low]);
      const edge = { stroke: 'transparent', points: { show: false }, spanGaps: false };
      plan.series.push({ ...edge, label: `${one.label} high` }, { ...edge, label: `${one.label} low` });
      const first = plan.series.length - 1;
      plan.bands.push({ series: [first, first + 1], fill: `${stroke}33` });
    }
    plan.data.push([...one.values]);
    plan.series.push({ label: one.label, ...lineOf(one, stroke) });
  }
  return plan;
}

function lineOf({ style = 'line', values }: TimeSeries, stroke: string): uPlot.Series {
  if (style === 'bars') {
    const paths = uPlot.paths.bars?.({ size: [0.8, 40, 1] });
    return { stroke, fill: `${stroke}cc`, width: 0, points: { show: false }, ...(paths ? { paths } : {}) };
  }
  const few = values.filter((value) => value !== null).length <= 60;
  const alone = indexesAlone(values);
  if (style === 'points') return { stroke, width: 1.5, points: { show: true, size: 6, fill: stroke } };
  return {
    stroke,
    width: 2,
    // A value with none beside it has no line: without its point it would not be seen at all.
    points: { show: few, size: 5, fill: stroke, filter: (_plot, _series, show) => (show ? null : alone) },
    ...(style === 'dashed' ? { dash: [6, 4] } : {}),
  };
}

/** Width of a letter of an axis. */
const LETTER = 6.4;

function longest(texts: readonly string[] | null): number {
  return Math.max(0, ...(texts ?? []).map(({ length }) => length));
}

/** Where a value stands between two that are missing. */
function indexesAlone(values: readonly (number | null)[]): number[] {
  const isMissing = (index: number) => (values[index] ?? null) === null;
  return [...values.keys()].filter(
    (index) => !isMissing(index) && isMissing(index - 1) && isMissing(index + 1),
  );
}

const DAY = 86_400_000;
const dayLabel = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const hourLabel = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** Days as the reader's language has them; within a day hours, with the day below the first of it. */
function timeLabels(_plot: uPlot, ticks: number[], _axis: number, _space: number, step: number): string[] {
  let day = '';
  return ticks.map((tick) => {
    const date = new Date(tick);
    const label = dayLabel.format(date);
    const isNew = label !== day;
    day = label;
    if (step >= DAY) return tick === ticks[0] ? `${label}\n${date.getFullYear()}` : label;
    return isNew ? `${hourLabel.format(date)}\n${label}` : hourLabel.format(date);
  });
}

/** Half a step is left free on each side, where bars have their halves; charts below each other then agree. */
function spanOf(times: readonly number[], first: number, last: number): uPlot.Range.MinMax {
  const step = times.length < 2 ? DAY : times[1] - times[0];
  return [first - step / 2, last + step / 2];
}

function rangeOf(low: number, high: number, fromZero: boolean, rule: number | undefined): uPlot.Range.MinMax {
  const least = Math.min(low ?? 0, rule ?? low);
  const most = Math.max(high ?? 1, rule ?? high);
  const space = (most - least || Math.abs(most) || 1) * 0.1;
  return fromZero ? [0, most === 0 ? 1 : most * 1.08] : [least - space, most + space];
}

function drawRule(plot: uPlot, rule: { at: number; label: string }, colour: Themed): void {
  const { ctx, bbox } = plot;
  const y = plot.valToPos(rule.at, 'y', true);
  const scale = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = colour('--quiet');
  ctx.fillStyle = colour('--quiet');
  ctx.setLineDash([4 * scale, 3 * scale]);
  ctx.lineWidth = scale;
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.font = `${11 * scale}px ${colour('--font')}`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'bottom';
  ctx.fillText(rule.label, bbox.left + 4 * scale, y - 4 * scale);
  ctx.restore();
}

/** A line at each moment; a name that would lie on the one before is left out. */
function drawMoments(plot: uPlot, moments: readonly { at: number; label: string }[], colour: Themed): void {
  const { ctx, bbox } = plot;
  const scale = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = colour('--line-strong');
  ctx.fillStyle = colour('--quiet');
  ctx.lineWidth = scale;
  ctx.font = `${11 * scale}px ${colour('--font')}`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'bottom';
  let free = bbox.left;
  for (const { at, label } of moments) {
    const x = plot.valToPos(at, 'x', true);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const end = x + 8 * scale + ctx.measureText(label).width;
    if (x < free || end > bbox.left + bbox.width) continue;
    ctx.fillText(label, x + 4 * scale, bbox.top + bbox.height - 3 * scale);
    free = end;
  }
  ctx.restore();
}

function readValue(one: TimeSeries, index: number, format: (value: number | null) => string): string {
  const low = one.low?.[index] ?? null;
  const high = one.high?.[index] ?? null;
  const interval = low === null || high === null ? '' : ` [${format(low)}, ${format(high)}]`;
  return `${one.label} ${format(one.values[index] ?? null)}${interval}`;
}
