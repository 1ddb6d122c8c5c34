import type { ReplayReport } from '../../packages/airworthy/src/lifecycle/replay/schema.ts';
import type { Estimate } from '../../packages/airworthy/src/stats/intervals.ts';
import { type Period, PILOTS, type Pilot } from './compare.ts';
import { WEEK_MS } from './project.ts';

const WIDTH = 920;
const LEFT = 56;
const RIGHT = 14;
/** Panels from top to bottom: where they begin, and how high they are. */
const AUC = { top: 52, height: 190 };
const GAIN = { top: 300, height: 130 };
const ALERTS = { top: 486, height: 64 };
const HEIGHT = 586;

export const PILOT_NAMES: Record<Pilot, string> = {
  frozen: 'frozen in January',
  blind: 'blind weekly retraining',
  loop: 'Airworthy’s loop',
};

/** Readable on white and on black: the text follows the reader's theme, the colours do for both. */
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #24292f; }
  .title { font-size: 14px; font-weight: 600; } .axis { stroke: #8b949e; } .grid { stroke: #8b949e; opacity: .25; }
  .frozen { stroke: #8b949e; } .blind { stroke: #d29922; } .loop { stroke: #2f81f7; }
  .line { fill: none; stroke-width: 2; } .band { stroke: none; opacity: .16; }
  .band.frozen { fill: #8b949e; } .band.blind { fill: #d29922; } .band.loop { fill: #2f81f7; }
  .page { fill: #e5534b; } .ticket { fill: #d29922; } .digest { fill: #8b949e; } .promoted { fill: #2f81f7; }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3; } }`;

interface Panel {
  top: number;
  height: number;
}

interface Scale {
  low: number;
  high: number;
  /** A line each so much. */
  step: number;
  y: (value: number) => number;
}

/**
 * ROC-AUC week by week; how much the loop gained on the others, with intervals; promotions and the alerts of each week.
 */
export function drawStory(weeks: readonly Period[], report: ReplayReport): string {
  const first = weeks[0].from;
  const last = weeks.at(-1)?.to ?? first;
  const x = (time: number) => LEFT + ((time - first) / (last - first)) * (WIDTH - LEFT - RIGHT);
  const drawn = weeks.filter((week) => week.rows > 0);
  const middles = drawn.map((week) => x((week.from + week.to) / 2));
  const auc = (pilot: Pilot) => drawn.map((week) => week.metrics['roc-auc'][pilot].value);
  const gain = (other: Rival) => drawn.map((week) => week.gain['roc-auc'][other]);
  const aucScale = scaleOf(PILOTS.flatMap(auc), 0.05, AUC);
  const ends = RIVALS.flatMap((rival) => gain(rival).flatMap(({ low, high }) => [low, high]));
  const gainScale = scaleOf([...ends, 0], 0.05, GAIN);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">`,
    '<title>ROC-AUC by week of three ways to keep a model, what the loop gained, and the alerts of each week</title>',
    `<style>${STYLE}</style>`,
    ...months(first, last, x),
    title(AUC, 'ROC-AUC by week'),
    ...legend(),
    ...grid(aucScale),
    ...PILOTS.map((pilot) => line(pilot, middles, auc(pilot).map(aucScale.y))),
    title(GAIN, 'What the loop gained, with 95 % intervals: on the frozen model, on blind retraining'),
    ...grid(gainScale),
    ...RIVALS.map((rival) => band(rival, middles, gain(rival), gainScale)),
    ...RIVALS.map((rival) =>
      line(
        rival,
        middles,
        gain(rival).map(({ value }) => gainScale.y(value)),
      ),
    ),
    `<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${place(gainScale.y(0))}" y2="${place(gainScale.y(0))}"/>`,
    ...promotions(report, x),
    title(ALERTS, 'Alerts by week'),
    ...alertBars(report, x, last),
    '</svg>',
    '',
  ].join('\n');
}

type Rival = 'frozen' | 'blind';
const RIVALS: readonly Rival[] = ['frozen', 'blind'];

function scaleOf(values: readonly number[], step: number, { top, height }: Panel): Scale {
  const low = Math.floor(Math.min(...values) / step) * step;
  const high = Math.ceil(Math.max(...values) / step) * step;
  return { low, high, step, y: (value) => top + height - ((value - low) / (high - low)) * height };
}

function title({ top }: Panel, text: string): string {
  return `<text class="title" x="${LEFT}" y="${top - 12}">${text}</text>`;
}

function legend(): string[] {
  return PILOTS.map((pilot, index) => {
    const at = LEFT + 190 + index * 190;
    const y = AUC.top - 16;
    return `<line class="line ${pilot}" x1="${at}" x2="${at + 22}" y1="${y}" y2="${y}"/><text x="${at + 28}" y="${y + 4}">${PILOT_NAMES[pilot]}</text>`;
  });
}

function grid({ low, high, step, y }: Scale): string[] {
  const steps = Math.round((high - low) / step);
  return Array.from({ length: steps + 1 }, (_, index) => {
    const value = low + index * step;
    const at = place(y(value));
    return `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/><text x="${LEFT - 8}" y="${place(y(value) + 4)}" text-anchor="end">${value.toFixed(2)}</text>`;
  });
}

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June'];

function months(first: number, last: number, x: (time: number) => number): string[] {
  return MONTHS.flatMap((name, month) => {
    const start = Date.UTC(2001, month, 1);
    if (start < first || start >= last) return [];
    const at = place(x(start));
    return [
      `<line class="grid" x1="${at}" x2="${at}" y1="${AUC.top}" y2="${ALERTS.top + ALERTS.height}"/>`,
      `<text x="${at}" y="${HEIGHT - 8}">${name}</text>`,
    ];
  });
}

function band(of: Rival, xs: readonly number[], values: readonly Estimate[], { y }: Scale): string {
  const upper = values.map((value, index) => `${place(xs[index])},${place(y(value.high))}`);
  const lower = values.map((value, index) => `${place(xs[index])},${place(y(value.low))}`).reverse();
  return `<polygon class="band ${of}" points="${[...upper, ...lower].join(' ')}"/>`;
}

function line(of: Pilot, xs: readonly number[], ys: readonly number[]): string {
  const points = ys.map((y, index) => `${place(xs[index])},${place(y)}`);
  return `<polyline class="line ${of}" points="${points.join(' ')}"/>`;
}

/** A triangle where a challenger became champion. */
function promotions({ decisions }: ReplayReport, x: (time: number) => number): string[] {
  const y = GAIN.top + GAIN.height + 6;
  return decisions
    .filter((decision) => decision.state === 'promoted')
    .map(({ at }) => {
      const centre = x(at);
      const corners = [
        `${place(centre)},${y}`,
        `${place(centre - 5)},${y + 9}`,
        `${place(centre + 5)},${y + 9}`,
      ];
      return `<polygon class="promoted" points="${corners.join(' ')}"><title>promoted</title></polygon>`;
    });
}

const TIERS = ['page', 'ticket', 'digest'] as const;

function alertBars({ weeks }: ReplayReport, x: (time: number) => number, last: number): string[] {
  const base = ALERTS.top + ALERTS.height;
  const most = Math.max(1, ...weeks.map((week) => week.page + week.ticket + week.digest));
  const shown = weeks.filter((week) => week.start < last && week.start + WEEK_MS > weeks[0].start);
  const bars = shown.flatMap((week) => {
    const from = Math.max(LEFT, x(week.start));
    const width = Math.max(2, Math.min(WIDTH - RIGHT, x(week.start + WEEK_MS)) - from - 3);
    let top = base;
    return TIERS.filter((tier) => week[tier] > 0).map((tier) => {
      const height = (week[tier] / most) * ALERTS.height;
      top -= height;
      return `<rect class="${tier}" x="${place(from)}" y="${place(top)}" width="${place(width)}" height="${place(height)}"><title>${week[tier]} ${tier}</title></rect>`;
    });
  });
  const keyed = ALERTS.top - 16;
  const keys = TIERS.map((tier, index) => {
    const at = LEFT + 130 + index * 80;
    return `<rect class="${tier}" x="${at}" y="${keyed - 5}" width="10" height="10"/><text x="${at + 16}" y="${keyed + 4}">${tier}</text>`;
  });
  const promoted = LEFT + 130 + TIERS.length * 80;
  return [
    ...keys,
    `<polygon class="promoted" points="${promoted + 5},${keyed - 5} ${promoted},${keyed + 4} ${promoted + 10},${keyed + 4}"/><text x="${promoted + 16}" y="${keyed + 4}">a challenger became champion</text>`,
    `<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${base}" y2="${base}"/>`,
    `<text x="${LEFT - 8}" y="${ALERTS.top + 10}" text-anchor="end">${most}</text>`,
    ...bars,
  ];
}

const place = (value: number): string => String(Math.round(value * 10) / 10);
