import { linear, roundTicks } from './scale.ts';
import { useWidth } from './use-width.ts';

export interface FloatingBar {
  key: string;
  name: string;
  /** Where the bar begins and ends: an importance begins at zero, a step of a waterfall where the one before ended. */
  from: number;
  to: number;
  /** Its uncertainty, as a whisker. */
  low?: number | undefined;
  high?: number | undefined;
  /** Written beside it. */
  text: string;
}

interface Props {
  bars: readonly FloatingBar[];
  format: (value: number) => string;
  /** Lines across, such as the mean prediction. */
  rules?: readonly { at: number; label: string }[];
  label: string;
}

const ROW = 26;
/** Height of a line of words above the bars. */
const LINE = 14;
const FOOT = 24;
/** Width of a letter of a name. */
const LETTER = 6.4;

/** Bars below each other on one scale; what raises goes right in one colour, what lowers goes left in another. */
export function FloatingBars({ bars, format, rules = [], label }: Props) {
  const [box, width] = useWidth<HTMLDivElement>(640);
  const longest = Math.max(...bars.map(({ name }) => name.length));
  const left = Math.min(longest * LETTER + 18, width * 0.38);
  const marks = [
    ...bars.flatMap(({ from, to, low, high }) => [from, to, low ?? to, high ?? to]),
    ...rules.map(({ at }) => at),
  ];
  const [least, most] = [Math.min(...marks), Math.max(...marks)];
  const isRight = (at: number) => at - least > (most - least) / 2;
  const right = Math.max(...bars.map(({ text }) => text.length)) * LETTER + 14;
  const x = linear([least, most], [left, Math.max(left + 60, width - right)]);
  const top = 6 + rules.length * LINE;
  // Room for as much again between the figures of the scale.
  const room = Math.max(format(least).length, format(most).length) * LETTER * 2;
  const ticks = Math.min(4, Math.max(1, Math.floor((x(most) - x(least)) / room)));
  const height = top + bars.length * ROW + FOOT;
  return (
    <div ref={box} className="plot">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
        {roundTicks(least, most, ticks).map((tick) => (
          <g key={tick}>
            <line x1={x(tick)} x2={x(tick)} y1={top} y2={height - FOOT} stroke="var(--grid)" />
            <text className="tick" x={x(tick)} y={height - 6} textAnchor="middle">
              {format(tick)}
            </text>
          </g>
        ))}
        {rules.map(({ at, label: words }, line) => (
          <g key={words}>
            <line
              x1={x(at)}
              x2={x(at)}
              y1={line * LINE + 6}
              y2={height - FOOT}
              stroke="var(--quiet)"
              strokeDasharray="4 3"
            />
            <text
              className="tick"
              x={x(at) + (isRight(at) ? -4 : 4)}
              y={line * LINE + 12}
              textAnchor={isRight(at) ? 'end' : 'start'}
            >
              {words}
            </text>
          </g>
        ))}
        {bars.map((bar, index) => (
          <Bar key={bar.key} bar={bar} x={x} y={top + index * ROW} left={left} width={width} />
        ))}
      </svg>
    </div>
  );
}

interface BarProps {
  bar: FloatingBar;
  x: (value: number) => number;
  y: number;
  left: number;
  width: number;
}

function Bar({ bar: { name, from, to, low, high, text }, x, y, left, width }: BarProps) {
  const letters = Math.floor((left - 10) / LETTER);
  const begin = Math.min(x(from), x(to));
  const colour = to >= from ? 'var(--series-estimated)' : 'var(--series-current)';
  return (
    <g>
      <title>{`${name}: ${text}`}</title>
      <text className="tick row-label" x={left - 10} y={y + ROW / 2 + 4} textAnchor="end">
        {name.length > letters ? `${name.slice(0, letters - 1)}…` : name}
      </text>
      <rect
        x={begin}
        y={y + 5}
        width={Math.max(1, Math.abs(x(to) - x(from)))}
        height={ROW - 10}
        fill={colour}
        rx="1.500"
      />
      {low === undefined || high === undefined ? null : (
        <g stroke="var(--text)">
          <line x1={x(low)} x2={x(high)} y1={y + ROW / 2} y2={y + ROW / 2} />
          <line x1={x(low)} x2={x(low)} y1={y + ROW / 2 - 4} y2={y + ROW / 2 + 4} />
          <line x1={x(high)} x2={x(high)} y1={y + ROW / 2 - 4} y2={y + ROW / 2 + 4} />
        </g>
      )}
      <text className="tick" x={width - 2} y={y + ROW / 2 + 4} textAnchor="end">
        {text}
      </text>
    </g>
  );
}
