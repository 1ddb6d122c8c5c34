import '../styles/evaluation.css';
import { linear, roundTicks } from './scale.ts';

/** From where to where a strip and those above and below it reach. */
export type StripRange = readonly [number, number];

export interface StripMark {
  key: string;
  value: number | null;
  low: number | null;
  high: number | null;
  /** A colour of the theme, such as `--good`. */
  colour: string;
  /** Behind the others, for what is compared with. */
  isReference?: boolean;
}

export interface StripRule {
  at: number;
  kind: 'zero' | 'margin';
}

interface Props {
  range: StripRange;
  marks: readonly StripMark[];
  rules?: readonly StripRule[];
  /** Read aloud in place of the picture. */
  label: string;
}

const LANE = 14;
const PAD = 6;
/** Room at both ends, in per cent, for half a mark and half a tick's figure. */
const ENDS: readonly [number, number] = [5, 95];

/** Estimates with their intervals on a scale that the strips below each other share; as wide as its place. */
export function IntervalStrip({ range, marks, rules = [], label }: Props) {
  const x = percentOn(range);
  const height = Math.max(1, marks.length) * LANE + 2 * PAD;
  return (
    <svg className="interval-strip" width="100%" height={height} role="img" aria-label={label}>
      {rules.map(({ at, kind }) => (
        <line
          key={`${kind} ${at}`}
          x1={x(at)}
          x2={x(at)}
          y1="0"
          y2={height}
          stroke={kind === 'zero' ? 'var(--line-strong)' : 'var(--quiet)'}
          strokeDasharray={kind === 'margin' ? '4 3' : undefined}
        />
      ))}
      {marks.map((mark, index) => (
        <Mark key={mark.key} mark={mark} x={x} y={PAD + index * LANE + LANE / 2} />
      ))}
    </svg>
  );
}

function Mark({ mark, x, y }: { mark: StripMark; x: (value: number) => string; y: number }) {
  const { value, low, high, isReference = false } = mark;
  const colour = `var(${mark.colour})`;
  if (value === null) return null;
  return (
    <g>
      {low === null || high === null ? null : (
        <g stroke={colour} strokeWidth={isReference ? 1.5 : 2.5}>
          <line x1={x(low)} x2={x(high)} y1={y} y2={y} />
          <line x1={x(low)} x2={x(low)} y1={y - 4} y2={y + 4} strokeWidth="1.500" />
          <line x1={x(high)} x2={x(high)} y1={y - 4} y2={y + 4} strokeWidth="1.500" />
        </g>
      )}
      <circle
        cx={x(value)}
        cy={y}
        r={isReference ? 3.5 : 4.5}
        fill={isReference ? 'var(--surface)' : colour}
        stroke={isReference ? colour : 'var(--surface)'}
        strokeWidth="1.500"
      />
    </g>
  );
}

interface AxisProps {
  range: StripRange;
  /** About so many. */
  ticks?: number;
  format: (value: number) => string;
  rules?: readonly (StripRule & { label: string })[];
}

/** The scale of the strips above it. */
export function StripAxis({ range, ticks = 6, format, rules = [] }: AxisProps) {
  const x = percentOn(range);
  return (
    <svg className="interval-strip" width="100%" height={rules.length > 0 ? 32 : 18} aria-hidden="true">
      {roundTicks(range[0], range[1], ticks).map((tick) => (
        <text key={tick} className="tick" x={x(tick)} y="12" textAnchor="middle">
          {format(tick)}
        </text>
      ))}
      {rules.map(({ at, label }) => (
        <text key={label} className="tick" x={x(at)} y="28" textAnchor={anchorAt(range, at)}>
          {label}
        </text>
      ))}
    </svg>
  );
}

/** The narrowest range that holds all that is drawn. */
export function rangeOf(values: readonly (number | null | undefined)[]): StripRange {
  const known = values.filter((value) => typeof value === 'number' && Number.isFinite(value)) as number[];
  if (known.length === 0) return [0, 1];
  const [low, high] = [Math.min(...known), Math.max(...known)];
  if (low < high) return [low, high];
  const space = Math.abs(low) * 0.1 || 0.1;
  return [low - space, high + space];
}

function percentOn(range: StripRange): (value: number) => string {
  const place = linear(range, ENDS);
  return (value) => `${place(value)}%`;
}

function anchorAt([low, high]: StripRange, at: number): 'start' | 'middle' | 'end' {
  const place = (at - low) / (high - low);
  return place < 0.25 ? 'start' : place > 0.75 ? 'end' : 'middle';
}
