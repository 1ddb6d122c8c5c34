import type { Waterfall } from '../journey/attribute-errors.ts';
import { escapeMarkup } from './escape-markup.ts';
import { percent, points } from './words.ts';

const WIDTH = 960;
const LEFT = 190;
const RIGHT = 190;
const ROW = 34;
const BAR = 16;

interface Bar {
  name: string;
  from: number;
  to: number;
  kind: 'level' | 'loss' | 'gain';
  low: number | null;
  high: number | null;
  text: string;
}

/** From all turns down to those that went right, a bar for each stage that takes some away. */
export function drawWaterfall(waterfall: Waterfall): string {
  const bars = barsOf(waterfall);
  const height = bars.length * ROW + 24;
  const x = (share: number) => LEFT + share * (WIDTH - LEFT - RIGHT);
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (at) =>
      `<line class="grid" x1="${x(at)}" x2="${x(at)}" y1="0" y2="${height - 20}"/><text class="quiet" x="${x(at)}" y="${height - 5}" text-anchor="middle">${100 * at} %</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="wide" width="${WIDTH}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="What is lost between what was said and what was done, stage by stage">`,
    ...grid,
    ...bars.map((bar, index) => drawBar(bar, ROW * (index + 0.5), x)),
    '</svg>',
  ].join('');
}

function barsOf({ oracleText, heard, endToEnd, steps }: Waterfall): Bar[] {
  const bars: Bar[] = [];
  let left = 1;
  for (const { stage, share } of steps) {
    const to = left + share.value;
    const text = `${points(share.value)} points`;
    const ends =
      share.low === null || share.high === null ? [null, null] : [left + share.low, left + share.high];
    const kind = share.value > 0 ? 'gain' : 'loss';
    bars.push({ name: STAGE_NAMES[stage], from: left, to, kind, low: ends[0], high: ends[1], text });
    left = to;
    if (stage === 'plan') bars.push(level('right for the true text', oracleText));
    if (stage === 'luck') bars.push(level('right for what was heard', heard));
  }
  return [...bars, level('done, end to end', endToEnd)];
}

export const STAGE_NAMES: Readonly<Record<Waterfall['steps'][number]['stage'], string>> = {
  plan: 'lost by the planner',
  speech: 'lost by speech recognition',
  luck: 'given back by luck',
  wake: 'lost by the wake word',
  skill: 'lost by the skill',
  reply: 'lost by the reply',
  latency: 'lost by coming too late',
};

function level(name: string, { value, low, high }: Waterfall['heard']): Bar {
  return { name, from: 0, to: value, kind: 'level', low, high, text: percent(value) };
}

function drawBar(
  { name, from, to, kind, low, high, text }: Bar,
  y: number,
  x: (share: number) => number,
): string {
  const [left, right] = [Math.min(from, to), Math.max(from, to)];
  const whisker =
    low === null || high === null
      ? ''
      : `<line class="whisker" x1="${x(Math.max(0, low))}" x2="${x(Math.min(1, high))}" y1="${y}" y2="${y}"/>`;
  const width = Math.max(1, x(right) - x(left));
  return `<text x="0" y="${y + 4}">${escapeMarkup(name)}</text><rect class="${kind}" x="${x(left)}" y="${y - BAR / 2}" width="${width}" height="${BAR}"/>${whisker}<text x="${WIDTH - RIGHT + 24}" y="${y + 4}">${escapeMarkup(text)}</text>`;
}
