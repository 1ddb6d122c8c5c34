import type { DrawnShare } from './draw-intervals.ts';
import { escapeMarkup } from './escape-markup.ts';

export interface CurvePoint extends DrawnShare {
  x: number;
}

const WIDTH = 640;
const HEIGHT = 260;
const LEFT = 48;
const RIGHT = 24;
const TOP = 12;
const BOTTOM = 44;

/** Shares over a few whole numbers, such as authors, with their intervals. */
export function drawCurve(title: string, label: string, points: readonly CurvePoint[]): string {
  const last = Math.max(...points.map((point) => point.x));
  const x = (at: number) => LEFT + (at / (last + 0.5)) * (WIDTH - LEFT - RIGHT);
  const y = (share: number) => TOP + (1 - share) * (HEIGHT - TOP - BOTTOM);
  const known = points.filter((point): point is CurvePoint & { value: number } => point.value !== null);
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (at) =>
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(at)}" y2="${y(at)}"/><text class="quiet" x="${LEFT - 8}" y="${y(at) + 4}" text-anchor="end">${100 * at} %</text>`,
  );
  const path = known.map((point) => `${x(point.x)},${y(point.value)}`).join(' ');
  const marks = known.map(
    ({ x: at, value, low, high }) =>
      `${low === null || high === null ? '' : `<line class="interval first" x1="${x(at)}" x2="${x(at)}" y1="${y(low)}" y2="${y(high)}"/>`}<circle class="first" cx="${x(at)}" cy="${y(value)}" r="4"/><text x="${x(at) + 8}" y="${y(value) + 16}">${(100 * value).toFixed(1)} %</text><text class="quiet" x="${x(at)}" y="${HEIGHT - 24}" text-anchor="middle">${at}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="narrow" width="${WIDTH}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeMarkup(title)}">`,
    ...grid,
    `<polyline class="line" style="stroke: var(--accent)" points="${path}"/>`,
    ...marks,
    `<text class="quiet" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${escapeMarkup(label)}</text>`,
    '</svg>',
  ].join('');
}
