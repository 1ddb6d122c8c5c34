import { ChartFrame } from '../../../components/chart-frame.tsx';
import { linear, roundTicks } from '../../../components/scale.ts';
import { useWidth } from '../../../components/use-width.ts';

import { localDay } from '../../../format/moments.ts';
import type { EffectLines } from './effect-lines.ts';
import { levelText } from './explanation-words.ts';

interface Props {
  title: string;
  says: string;
  lines: EffectLines;
  file: string;
}

const HEIGHT = 220;
const TOP = 10;
const FOOT = 30;
const LEFT = 58;
const RIGHT = 14;

/** How the prediction goes with one field: the mean as a line, its band or each row's curve behind. */
export function EffectPlot({ title, says, lines, file }: Props) {
  const [box, width] = useWidth<HTMLDivElement>(420);
  const { scale, grid, middle, band, each, isCentred, counts, field } = lines;
  const values = [
    ...middle,
    ...(band?.low ?? []),
    ...(band?.high ?? []),
    ...each.flatMap((one) => one.values),
  ];
  const [least, most] = [
    Math.min(...values, ...(isCentred ? [0] : [])),
    Math.max(...values, ...(isCentred ? [0] : [])),
  ];
  const y = linear([least, most], [HEIGHT - FOOT, TOP]);
  const places = grid.map((value, index) => (scale === 'category' ? index : Number(value)));
  const ends: [number, number] =
    scale === 'category' ? [-0.5, places.length - 0.5] : [Math.min(...places), Math.max(...places)];
  const across = linear(ends, [LEFT, width - RIGHT]);
  const x = places.map(across);
  return (
    <ChartFrame
      title={title}
      says={says}
      file={file}
      data={{
        columns: [field, 'middle', 'low', 'high', 'rows'],
        rows: grid.map((value, index) => [
          ...[
            value,
            middle[index],
            band?.low[index] ?? null,
            band?.high[index] ?? null,
            counts?.[index - 1] ?? null,
          ],
        ]),
      }}
    >
      <div ref={box} className="plot">
        <svg viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={inWords(title, lines)}>
          <Levels low={least} high={most} y={y} width={width} />
          {isCentred ? (
            <line x1={LEFT} x2={width - RIGHT} y1={y(0)} y2={y(0)} stroke="var(--line-strong)" />
          ) : null}
          <Marks lines={lines} x={x} y={y} />
          <Ticks lines={lines} across={across} ends={ends} width={width} />
          {/* Where the points of the grid lie. */}
          {scale === 'category'
            ? null
            : x.map((at) => (
                <line
                  key={at}
                  x1={at}
                  x2={at}
                  y1={HEIGHT - FOOT}
                  y2={HEIGHT - FOOT - 4}
                  stroke="var(--quiet)"
                />
              ))}
        </svg>
      </div>
    </ChartFrame>
  );
}

interface LevelsProps {
  low: number;
  high: number;
  y: (value: number) => number;
  width: number;
}

function Levels({ low, high, y, width }: LevelsProps) {
  return roundTicks(low, high, 6).map((tick) => (
    <g key={tick}>
      <line x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} stroke="var(--grid)" />
      <text className="tick" x={LEFT - 6} y={y(tick) + 4} textAnchor="end">
        {levelText(tick)}
      </text>
    </g>
  ));
}

interface MarksProps {
  lines: EffectLines;
  x: readonly number[];
  y: (value: number) => number;
}

function Marks({ lines: { scale, middle, band, each }, x, y }: MarksProps) {
  const path = (values: readonly number[]) =>
    values.map((value, index) => `${x[index]},${y(value)}`).join(' ');
  const colour = 'var(--series-current)';
  return (
    <g fill="none">
      {each.map(({ key, values }) => (
        <polyline key={key} points={path(values)} stroke="var(--series-reference)" strokeOpacity="0.450" />
      ))}
      {band === null || scale === 'category' ? null : (
        <polygon
          points={`${path(band.low)} ${[...band.high.keys()]
            .reverse()
            .map((index) => `${x[index]},${y(band.high[index])}`)
            .join(' ')}`}
          fill={colour}
          fillOpacity="0.180"
        />
      )}
      {band === null || scale !== 'category'
        ? null
        : x.map((at, index) => (
            <line
              key={at}
              x1={at}
              x2={at}
              y1={y(band.low[index])}
              y2={y(band.high[index])}
              stroke={colour}
              strokeWidth="2"
            />
          ))}
      {scale === 'category' ? null : <polyline points={path(middle)} stroke={colour} strokeWidth="2.500" />}
      {scale === 'category' || x.length <= 12
        ? x.map((at, index) => <circle key={at} cx={at} cy={y(middle[index])} r="4" fill={colour} />)
        : null}
    </g>
  );
}

interface TicksProps {
  lines: EffectLines;
  across: (value: number) => number;
  ends: [number, number];
  width: number;
}

function Ticks({ lines: { scale, grid }, across, ends, width }: TicksProps) {
  if (scale === 'category') {
    const letters = Math.max(3, Math.floor((width - LEFT - RIGHT) / grid.length / 6.4));
    return grid.map((value, index) => (
      <text key={String(value)} className="tick" x={across(index)} y={HEIGHT - 10} textAnchor="middle">
        <title>{String(value)}</title>
        {String(value).length > letters ? `${String(value).slice(0, letters - 1)}…` : String(value)}
      </text>
    ));
  }
  return roundTicks(ends[0], ends[1], Math.max(3, Math.floor(width / 70))).map((tick) => (
    <text key={tick} className="tick" x={across(tick)} y={HEIGHT - 10} textAnchor="middle">
      {scale === 'time' ? localDay(tick) : levelText(tick)}
    </text>
  ));
}

function inWords(title: string, { field, grid, middle }: EffectLines): string {
  const low = middle.indexOf(Math.min(...middle));
  const high = middle.indexOf(Math.max(...middle));
  return `${title} of ${field}: least ${levelText(middle[low])} at ${grid[low]}, most ${levelText(middle[high])} at ${grid[high]}`;
}
