import '../styles/evaluation.css';
import { linear } from './scale.ts';
import { OUTCOME_COLOURS, type Outcome } from './verdict-badge.tsx';

export interface TrendPoint {
  key: string;
  value: number | null;
  low: number | null;
  high: number | null;
  outcome: Outcome | null;
}

interface Props {
  /** Oldest first. */
  points: readonly TrendPoint[];
  label: string;
}

const WIDTH = 180;
const HEIGHT = 40;

/** How a figure went, small enough for a table's row: each value with its interval, a square where it failed. */
export function TrendStrip({ points, label }: Props) {
  const known = points.filter(({ value }) => value !== null);
  if (known.length === 0) return <span className="quiet small">nothing measured</span>;
  const marks = known.flatMap(({ value, low, high }) => [value, low, high]).filter((mark) => mark !== null);
  const y = linear([Math.min(...marks), Math.max(...marks)], [HEIGHT - 6, 6]);
  const x = linear([0, Math.max(1, points.length - 1)], [8, WIDTH - 8]);
  return (
    <svg
      className="trend-strip"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={label}
    >
      <polyline
        points={points
          .flatMap(({ value }, index) => (value === null ? [] : [`${x(index)},${y(value)}`]))
          .join(' ')}
        fill="none"
        stroke="var(--line-strong)"
      />
      {points.map((point, index) => (
        <Point key={point.key} point={point} x={x(index)} y={y} />
      ))}
    </svg>
  );
}

function Point({ point, x, y }: { point: TrendPoint; x: number; y: (value: number) => number }) {
  const { value, low, high, outcome } = point;
  if (value === null) return null;
  const colour = outcome === null ? 'var(--series-current)' : `var(${OUTCOME_COLOURS[outcome]})`;
  const isBad = outcome === 'fail' || outcome === 'error';
  return (
    <g>
      {low === null || high === null ? null : (
        <line x1={x} x2={x} y1={y(low)} y2={y(high)} stroke={colour} strokeWidth="1.500" />
      )}
      {isBad ? (
        <rect x={x - 3} y={y(value) - 3} width="6" height="6" fill={colour} />
      ) : (
        <circle
          cx={x}
          cy={y(value)}
          r="3.200"
          fill={outcome === 'undecided' ? 'var(--surface)' : colour}
          stroke={colour}
        />
      )}
    </g>
  );
}
