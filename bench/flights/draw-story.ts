import type { ReplayReport } from '../../packages/airworthy/src/lifecycle/replay/schema.ts';
import type { Estimate } from '../../packages/airworthy/src/stats/intervals.ts';
import { type Period, PILOTS, type Pilot } from './compare.ts';
import { WEEK_MS } from './project.ts';

const WIDTH = 920;
const LEFT = 56;
const RIGHT = 14;
const TOP = 44;
const CHART = 270;
const GAP = 34;
const BARS = 70;
const HEIGHT = TOP + CHART + GAP + BARS + 40;

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

/** ROC-AUC week by week with the days' intervals, promotions, and below it the alerts of each week. */
export function drawStory(weeks: readonly Period[], report: ReplayReport): string {
  const first = weeks[0].from;
  const last = weeks.at(-1)?.to ?? first;
  const x = (time: number) => LEFT + ((time - first) / (last - first)) * (WIDTH - LEFT - RIGHT);
  const drawn = weeks.filter((week) => week.rows > 0);
  const auc = (pilot: Pilot) => drawn.map((week) => week.metrics['roc-auc'][pilot]);
  const low =
    Math.floor(Math.min(...PILOTS.flatMap((pilot) => auc(pilot).map((each) => each.low))) * 20) / 20;
  const high =
    Math.ceil(Math.max(...PILOTS.flatMap((pilot) => auc(pilot).map((each) => each.high))) * 20) / 20;
  const y = (value: number) => TOP + CHART - ((value - low) / (high - low)) * CHART;
  const middle = (week: Period) => x((week.from + week.to) / 2);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">`,
    `<title>ROC-AUC by week of three ways to keep a model, and the alerts of each week</title>`,
    `<style>${STYLE}</style>`,
    `<text class="title" x="${LEFT}" y="18">ROC-AUC by week, with 95 % intervals by day</text>`,
    ...legend(),
    ...grid(low, high, y),
    ...months(first, last, x),
    ...PILOTS.map((pilot) => band(pilot, drawn.map(middle), auc(pilot), y)),
    ...PILOTS.map((pilot) => line(pilot, drawn.map(middle), auc(pilot), y)),
    ...promotions(report, x),
    ...alertBars(report, x, last),
    '</svg>',
    '',
  ].join('\n');
}

function legend(): string[] {
  return PILOTS.map((pilot, index) => {
    const at = WIDTH - 520 + index * 172;
    return `<line class="line ${pilot}" x1="${at}" x2="${at + 22}" y1="14" y2="14"/><text x="${at + 28}" y="18">${PILOT_NAMES[pilot]}</text>`;
  });
}

function grid(low: number, high: number, y: (value: number) => number): string[] {
  const steps = Math.round((high - low) / 0.05);
  return Array.from({ length: steps + 1 }, (_, index) => {
    const value = low + index * 0.05;
    return `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${place(y(value))}" y2="${place(y(value))}"/><text x="${LEFT - 8}" y="${place(y(value) + 4)}" text-anchor="end">${value.toFixed(2)}</text>`;
  });
}

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June'];

function months(first: number, last: number, x: (time: number) => number): string[] {
  return MONTHS.flatMap((name, month) => {
    const start = Date.UTC(2001, month, 1);
    if (start < first || start >= last) return [];
    const at = place(x(start));
    return [
      `<line class="grid" x1="${at}" x2="${at}" y1="${TOP}" y2="${TOP + CHART + GAP + BARS}"/>`,
      `<text x="${at}" y="${HEIGHT - 8}">${name}</text>`,
    ];
  });
}

function band(
  pilot: Pilot,
  xs: readonly number[],
  values: readonly Estimate[],
  y: (value: number) => number,
): string {
  const upper = values.map((value, index) => `${place(xs[index])},${place(y(value.high))}`);
  const lower = values.map((value, index) => `${place(xs[index])},${place(y(value.low))}`).reverse();
  return `<polygon class="band ${pilot}" points="${[...upper, ...lower].join(' ')}"/>`;
}

function line(
  pilot: Pilot,
  xs: readonly number[],
  values: readonly Estimate[],
  y: (value: number) => number,
): string {
  const points = values.map((value, index) => `${place(xs[index])},${place(y(value.value))}`);
  return `<polyline class="line ${pilot}" points="${points.join(' ')}"/>`;
}

/** A triangle under the chart where a challenger became champion. */
function promotions({ decisions }: ReplayReport, x: (time: number) => number): string[] {
  const y = TOP + CHART + 4;
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
  const base = TOP + CHART + GAP + BARS;
  const most = Math.max(1, ...weeks.map((week) => week.page + week.ticket + week.digest));
  const shown = weeks.filter((week) => week.start < last && week.start + WEEK_MS > weeks[0].start);
  const bars = shown.flatMap((week) => {
    const from = Math.max(LEFT, x(week.start));
    const width = Math.max(2, Math.min(WIDTH - RIGHT, x(week.start + WEEK_MS)) - from - 3);
    let top = base;
    return TIERS.filter((tier) => week[tier] > 0).map((tier) => {
      const height = (week[tier] / most) * BARS;
      top -= height;
      return `<rect class="${tier}" x="${place(from)}" y="${place(top)}" width="${place(width)}" height="${place(height)}"><title>${week[tier]} ${tier}</title></rect>`;
    });
  });
  const keys = TIERS.map(
    (tier, index) =>
      `<rect class="${tier}" x="${LEFT + 170 + index * 74}" y="${base - BARS - 14}" width="10" height="10"/><text x="${LEFT + 184 + index * 74}" y="${base - BARS - 5}">${tier}</text>`,
  );
  return [
    `<text x="${LEFT}" y="${base - BARS - 5}">▲ promoted · alerts by week:</text>`,
    ...keys,
    `<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${base}" y2="${base}"/>`,
    `<text x="${LEFT - 8}" y="${base - BARS + 10}" text-anchor="end">${most}</text>`,
    ...bars,
  ];
}

const place = (value: number): string => String(Math.round(value * 10) / 10);
