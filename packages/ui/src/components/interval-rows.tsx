import { count, metricFigure } from '../format/figures.ts';
import { ChartFrame } from './chart-frame.tsx';
import { linear, roundTicks } from './scale.ts';
import { useWidth } from './use-width.ts';

interface Row {
  label: string;
  n: number;
  value: number | null;
  low: number | null;
  high: number | null;
}

interface Props {
  title: string;
  file: string;
  rows: readonly Row[];
  /** What each row is compared with. */
  rule?: { at: number; label: string } | undefined;
}

const ROW = 22;
const RIGHT = 76;
const TOP = 22;
const FOOT = 22;

/** One line a row: its value, its interval, its n. */
export function IntervalRows({ title, file, rows, rule }: Props) {
  const [box, width] = useWidth<HTMLDivElement>(900);
  const left = Math.min(190, width * 0.34);
  const marks = rows.flatMap(({ value, low, high }) => [value, low, high]).filter((mark) => mark !== null);
  if (rule !== undefined) marks.push(rule.at);
  if (marks.length === 0) return <p className="quiet">Not enough data to say.</p>;
  const [low, high] = [Math.min(...marks), Math.max(...marks)];
  const x = linear([low, high], [left, width - RIGHT]);
  const height = TOP + rows.length * ROW + FOOT;
  return (
    <ChartFrame
      title={title}
      file={file}
      data={{
        columns: ['slice', 'n', 'value', 'low', 'high'],
        rows: rows.map((row) => [row.label, row.n, row.value, row.low, row.high]),
      }}
    >
      <div ref={box} className="plot">
        <svg
          viewBox={`0 0 ${width} ${height}`}
          role="img"
          aria-label={`${title} of ${rows.length} slices with intervals`}
        >
          {roundTicks(low, high, Math.max(2, Math.floor(width / 150))).map((tick) => (
            <g key={tick}>
              <line x1={x(tick)} x2={x(tick)} y1={TOP} y2={height - FOOT} stroke="var(--grid)" />
              <text className="tick" x={x(tick)} y={height - 6} textAnchor="middle">
                {metricFigure(tick)}
              </text>
            </g>
          ))}
          {rule === undefined ? null : (
            <g>
              <line
                x1={x(rule.at)}
                x2={x(rule.at)}
                y1={TOP - 4}
                y2={height - FOOT}
                stroke="var(--series-reference)"
              />
              <text className="tick" x={x(rule.at)} y={12} textAnchor="middle">
                {rule.label} {metricFigure(rule.at)}
              </text>
            </g>
          )}
          {rows.map((row, index) => (
            <IntervalRow
              key={row.label}
              row={row}
              x={x}
              y={TOP + index * ROW + ROW / 2}
              left={left}
              width={width}
            />
          ))}
        </svg>
      </div>
    </ChartFrame>
  );
}

interface RowProps {
  row: Row;
  x: (value: number) => number;
  y: number;
  left: number;
  width: number;
}

function IntervalRow({ row, x, y, left, width }: RowProps) {
  const letters = Math.floor(left / 6.5);
  const { label, n, value, low, high } = row;
  return (
    <g>
      <title>{`${label}: ${metricFigure(value)} [${metricFigure(low)}, ${metricFigure(high)}], n ${count(n)}`}</title>
      <text className="tick row-label" x={left - 12} y={y + 4} textAnchor="end">
        {label.length > letters ? `${label.slice(0, letters - 1)}…` : label}
      </text>
      {low === null || high === null ? null : (
        <line x1={x(low)} x2={x(high)} y1={y} y2={y} stroke="var(--series-current)" strokeWidth="2" />
      )}
      {value === null ? null : <circle cx={x(value)} cy={y} r="4" fill="var(--series-current)" />}
      <text className="tick" x={width - 4} y={y + 4} textAnchor="end">
        n {count(n)}
      </text>
    </g>
  );
}
