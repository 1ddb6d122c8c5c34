import { metricFigure, signedFigure } from '../format/figures.ts';
import { linear, roundTicks } from './scale.ts';
import { useWidth } from './use-width.ts';
import { OUTCOME_COLOURS, type Outcome } from './verdict-badge.tsx';

interface Props {
  estimate: number | null;
  low: number | null;
  high: number | null;
  /** Zero for a difference to a baseline; null where the value itself is judged. */
  zero: boolean;
  /** What must be cleared, and how it is called. */
  margins: readonly { at: number; label: string }[];
  outcome: Outcome;
  /** Read aloud in place of the picture. */
  label: string;
}

/** Wider it would not be easier to read. */
const WIDEST = 620;
const HEIGHT = 84;
const PADDING = 24;
const LINE = 34;

/** An estimate with its interval, against zero and what the gate demands. */
export function IntervalPlot({ estimate, low, high, zero, margins, outcome, label }: Props) {
  const [box, room] = useWidth<HTMLDivElement>(WIDEST);
  const width = Math.min(room, WIDEST);
  if (estimate === null) return <p className="quiet">Not enough data to draw an interval.</p>;
  const marks = [
    estimate,
    low ?? estimate,
    high ?? estimate,
    ...(zero ? [0] : []),
    ...margins.map(({ at }) => at),
  ];
  const range = padded(Math.min(...marks), Math.max(...marks));
  const x = linear(range, [PADDING, width - PADDING]);
  const colour = `var(${OUTCOME_COLOURS[outcome]})`;
  const show = zero ? signedFigure : metricFigure;
  return (
    <div ref={box} className="interval-plot">
      <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={label}>
        {roundTicks(range[0], range[1], width < 420 ? 3 : 5).map((tick) => (
          <g key={tick}>
            <line x1={x(tick)} x2={x(tick)} y1={LINE + 22} y2={LINE + 27} stroke="var(--line-strong)" />
            <text x={x(tick)} y={HEIGHT - 8} textAnchor="middle" className="tick">
              {tick === 0 && zero ? '0' : show(tick)}
            </text>
          </g>
        ))}
        <line x1={PADDING} x2={width - PADDING} y1={LINE + 22} y2={LINE + 22} stroke="var(--line-strong)" />
        {zero ? <Rule at={x(0)} label="no difference" dashed={false} end={x(0) > width * 0.7} /> : null}
        {margins.map((margin) => (
          <Rule
            key={margin.label}
            at={x(margin.at)}
            label={margin.label}
            dashed
            end={x(margin.at) > width * 0.7}
          />
        ))}
        {low === null || high === null ? null : (
          <g stroke={colour} strokeWidth="2">
            <line x1={x(low)} x2={x(high)} y1={LINE} y2={LINE} strokeWidth="3" />
            <line x1={x(low)} x2={x(low)} y1={LINE - 7} y2={LINE + 7} />
            <line x1={x(high)} x2={x(high)} y1={LINE - 7} y2={LINE + 7} />
          </g>
        )}
        <circle cx={x(estimate)} cy={LINE} r="5.500" fill={colour} stroke="var(--surface)" strokeWidth="2" />
      </svg>
    </div>
  );
}

interface RuleProps {
  at: number;
  label: string;
  dashed: boolean;
  /** The label stands to its left. */
  end: boolean;
}

function Rule({ at, label, dashed, end }: RuleProps) {
  return (
    <g>
      <line
        x1={at}
        x2={at}
        y1={4}
        y2={LINE + 22}
        stroke="var(--quiet)"
        strokeDasharray={dashed ? '4 3' : undefined}
      />
      <text x={at + (end ? -5 : 5)} y={12} textAnchor={end ? 'end' : 'start'} className="tick">
        {label}
      </text>
    </g>
  );
}

function padded(low: number, high: number): [number, number] {
  const space = (high - low || Math.abs(high) || 1) * 0.12;
  return [low - space, high + space];
}
