import { metricFigure, plural } from '../format/figures.ts';
import { ChartFrame } from './chart-frame.tsx';
import { linear, roundTicks } from './scale.ts';
import { useWidth } from './use-width.ts';

interface Props {
  title: string;
  file: string;
  points: readonly { step: number; value: number | null }[];
}

const HEIGHT = 200;
const LEFT = 56;
const BOTTOM = 24;

/** One value a step, as a line; values that are no numbers leave a gap. */
export function StepChart({ title, file, points }: Props) {
  const [box, width] = useWidth<HTMLDivElement>(900);
  const known = points.filter((point): point is { step: number; value: number } => point.value !== null);
  if (known.length === 0) return <p className="quiet">No value that could be drawn.</p>;
  const values = known.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const space = (high - low || Math.abs(high) || 1) * 0.08;
  const x = linear([known[0].step, known.at(-1)?.step ?? 1], [LEFT, width - 12]);
  const y = linear([low - space, high + space], [HEIGHT - BOTTOM, 8]);
  const line = known.map(({ step, value }) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  return (
    <ChartFrame
      title={title}
      says={plural(points.length, 'step')}
      file={file}
      data={{ columns: ['step', title], rows: points.map(({ step, value }) => [step, value]) }}
    >
      <div ref={box} className="plot">
        <svg viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={`${title} by step`}>
          {roundTicks(low, high, 4).map((tick) => (
            <g key={tick}>
              <line x1={LEFT} x2={width - 12} y1={y(tick)} y2={y(tick)} stroke="var(--grid)" />
              <text className="tick" x={LEFT - 8} y={y(tick) + 4} textAnchor="end">
                {metricFigure(tick)}
              </text>
            </g>
          ))}
          <polyline points={line} fill="none" stroke="var(--series-current)" strokeWidth="2" />
          <text className="tick" x={LEFT} y={HEIGHT - 6}>
            step {known[0].step}
          </text>
          <text className="tick" x={width - 12} y={HEIGHT - 6} textAnchor="end">
            step {known.at(-1)?.step}
          </text>
        </svg>
      </div>
    </ChartFrame>
  );
}
