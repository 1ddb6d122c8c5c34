import { count, plural } from '../format/figures.ts';

interface Props {
  /** One bar each, in order; `label` says of what. */
  bars: readonly { label: string; count: number }[];
  label: string;
  height?: number;
}

const WIDTH = 132;

/** How a column's values lie, small enough for a table's row. */
export function ColumnHistogram({ bars, label, height = 30 }: Props) {
  if (bars.length === 0) return <span className="quiet small">too many different values</span>;
  const highest = Math.max(1, ...bars.map((bar) => bar.count));
  const step = WIDTH / bars.length;
  // Bins may share a label after rounding; their place is what tells them apart.
  const placed = bars.map((bar, index) => ({ ...bar, x: index * step + 0.5 }));
  return (
    <svg
      className="column-histogram"
      viewBox={`0 0 ${WIDTH} ${height}`}
      width={WIDTH}
      height={height}
      role="img"
      aria-label={`${label}: ${plural(bars.length, 'bin')}, the highest ${count(highest)}`}
    >
      {placed.map((bar) => {
        const size = (bar.count / highest) * (height - 1);
        return (
          <rect
            key={bar.x}
            x={bar.x}
            y={height - size}
            width={Math.max(1, step - 1)}
            height={size}
            fill="var(--series-current)"
          >
            <title>{`${bar.label}: ${count(bar.count)}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}
