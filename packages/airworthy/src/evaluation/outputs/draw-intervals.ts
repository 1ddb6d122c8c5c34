import { estimate, figure } from '../../kernel/figures.ts';
import { escapeMarkup } from './markup.ts';

export interface DrawnInterval {
  name: string;
  value: number | null;
  low: number | null;
  high: number | null;
}

const WIDTH = 720;
const LABEL = 220;
const PADDING = 16;
const ROW = 24;
/** From here on a common scale would flatten the small ones. */
const WIDEST_RATIO = 20;

/** Intervals one below the other as SVG, on one scale where they are of one size; empty where there is nothing to draw. */
export function drawIntervals(intervals: readonly DrawnInterval[], { zero = false } = {}): string {
  return groupBySize(intervals.filter(hasValue))
    .map((group) => drawGroup(group, zero))
    .join('\n');
}

type Known = DrawnInterval & { value: number };

function hasValue(interval: DrawnInterval): interval is Known {
  return interval.value !== null;
}

/** A share of 0.9 and a latency of 800 ms do not belong on one axis. */
function groupBySize(intervals: readonly Known[]): Known[][] {
  const groups: Known[][] = [];
  for (const interval of intervals.toSorted((a, b) => reach(a) - reach(b))) {
    const last = groups.at(-1);
    if (last && reach(interval) <= WIDEST_RATIO * Math.max(reach(last[0]), Number.MIN_VALUE))
      last.push(interval);
    else groups.push([interval]);
  }
  return groups.map((group) => intervals.filter((interval) => group.includes(interval)));
}

function reach({ value, low, high }: Known): number {
  return Math.max(Math.abs(value), Math.abs(low ?? value), Math.abs(high ?? value));
}

function drawGroup(group: readonly Known[], zero: boolean): string {
  const ends = group.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value]);
  const from = Math.min(...ends, ...(zero ? [0] : []));
  const to = Math.max(...ends, ...(zero ? [0] : []));
  const span = to - from || Math.abs(to) || 1;
  const x = (at: number) => LABEL + PADDING + ((at - from) / span) * (WIDTH - LABEL - 2 * PADDING);
  const height = (group.length + 1) * ROW;
  const rows = group.map((interval, row) => drawRow(interval, ROW * (row + 0.5), x));
  const rule = zero ? [`<line class="rule" x1="${x(0)}" x2="${x(0)}" y1="0" y2="${height - ROW}"/>`] : [];
  const ticks = [from, to].map(
    (at, end) =>
      `<text class="axis" x="${x(at)}" y="${height - 6}" text-anchor="${end === 0 ? 'start' : 'end'}">${figure(at)}</text>`,
  );
  const spoken = group.map((interval) => `${interval.name} ${estimate(interval)}`).join('; ');
  return [
    `<svg viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escapeMarkup(spoken)}">`,
    ...rule,
    ...rows,
    ...ticks,
    '</svg>',
  ].join('');
}

function drawRow({ name, value, low, high }: Known, y: number, x: (at: number) => number): string {
  const line =
    low === null || high === null ? '' : `<line x1="${x(low)}" x2="${x(high)}" y1="${y}" y2="${y}"/>`;
  return `<text x="0" y="${y + 4}">${escapeMarkup(shortened(name))}</text>${line}<circle cx="${x(value)}" cy="${y}" r="4"/>`;
}

function shortened(name: string): string {
  return name.length > 32 ? `${name.slice(0, 31)}…` : name;
}
