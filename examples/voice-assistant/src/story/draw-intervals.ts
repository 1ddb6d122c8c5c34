import { escapeMarkup } from './escape-markup.ts';

/** A figure to draw with its interval, as a share. */
export interface DrawnShare {
  value: number | null;
  low: number | null;
  high: number | null;
}

export interface DrawnRow {
  name: string;
  /** One mark for each series; null where it has none here. */
  marks: readonly (DrawnShare | null)[];
  /** Beside the row, with what it means: a verdict. */
  note?: { text: string; tone: 'pass' | 'fail' | 'quiet' };
}

const WIDTH = 960;
const LEFT = 300;
const RIGHT = 190;
const ROW = 30;
const TOP = 34;
/** Marks of two series must not hide each other. */
const APART = 8;
const CLASSES = ['first', 'second'] as const;

/** Rows of shares with their intervals, on one scale from 0 to 100 %. */
export function drawIntervals(title: string, series: readonly string[], rows: readonly DrawnRow[]): string {
  const height = TOP + rows.length * ROW + 26;
  const x = (share: number) => LEFT + share * (WIDTH - LEFT - RIGHT);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (at) =>
      `<line class="grid" x1="${x(at)}" x2="${x(at)}" y1="${TOP - 6}" y2="${height - 22}"/><text class="quiet" x="${x(at)}" y="${height - 6}" text-anchor="middle">${100 * at} %</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="wide" width="${WIDTH}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeMarkup(title)}">`,
    ...legend(series),
    ...ticks,
    ...rows.map((row, index) => drawRow(row, TOP + ROW * (index + 0.5), x)),
    '</svg>',
  ].join('');
}

function legend(series: readonly string[]): string[] {
  if (series.length < 2) return [];
  return series.map((name, index) => {
    const at = LEFT + index * 190;
    return `<circle class="${CLASSES[index]}" cx="${at + 5}" cy="14" r="4"/><text x="${at + 16}" y="18">${escapeMarkup(name)}</text>`;
  });
}

function drawRow({ name, marks, note }: DrawnRow, y: number, x: (share: number) => number): string {
  const shift = (index: number) => (index - (marks.length - 1) / 2) * APART;
  const drawn = marks.map((mark, index) =>
    mark === null ? '' : drawMark(mark, y + shift(index), CLASSES[index], x),
  );
  const beside =
    note === undefined
      ? ''
      : `<text class="${note.tone}" x="${WIDTH - RIGHT + 24}" y="${y + 4}">${escapeMarkup(note.text)}</text>`;
  return `<text x="0" y="${y + 4}">${escapeMarkup(shortened(name))}</text>${drawn.join('')}${beside}`;
}

function drawMark(
  { value, low, high }: DrawnShare,
  y: number,
  className: (typeof CLASSES)[number],
  x: (share: number) => number,
): string {
  if (value === null) return '';
  const line =
    low === null || high === null
      ? ''
      : `<line class="interval ${className}" x1="${x(low)}" x2="${x(high)}" y1="${y}" y2="${y}"/>`;
  return `${line}<circle class="${className}" cx="${x(value)}" cy="${y}" r="4"/>`;
}

function shortened(name: string): string {
  return name.length > 44 ? `${name.slice(0, 43)}…` : name;
}
