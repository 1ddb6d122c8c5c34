import type { EvaluationReport } from '../api/answers.ts';
import { count, plural } from '../format/figures.ts';
import { ChartFrame } from './chart-frame.tsx';
import { linear, roundTicks } from './scale.ts';

interface Props {
  title: string;
  file: string;
  bins: EvaluationReport['calibration']['equalMass'];
}

const SIZE = 340;
const LEFT = 44;
const BOTTOM = 38;

/** Predicted against observed, with the interval of what was observed; on the line the two agree. */
export function ReliabilityPlot({ title, file, bins }: Props) {
  const filled = bins.filter((bin) => bin.n > 0);
  if (filled.length === 0) return <p className="quiet">Not enough data to say.</p>;
  const most = Math.max(...filled.map((bin) => Math.max(bin.predicted, bin.high ?? bin.observed)));
  const x = linear([0, most], [LEFT, SIZE - 10]);
  const y = linear([0, most], [SIZE - BOTTOM, 10]);
  const total = filled.reduce((sum, bin) => sum + bin.n, 0);
  return (
    <ChartFrame
      title={title}
      says={`n ${count(total)} in ${plural(filled.length, 'bin')}`}
      file={file}
      data={{
        columns: ['from', 'to', 'n', 'predicted', 'observed', 'low', 'high'],
        rows: bins.map((bin) => [bin.from, bin.to, bin.n, bin.predicted, bin.observed, bin.low, bin.high]),
      }}
    >
      <div className="plot reliability">
        <svg viewBox={`0 0 ${SIZE} ${SIZE}`} role="img" aria-label={`${title}: observed against predicted`}>
          {roundTicks(0, most, 5).map((tick) => (
            <g key={tick}>
              <line x1={LEFT} x2={SIZE - 10} y1={y(tick)} y2={y(tick)} stroke="var(--grid)" />
              <text className="tick" x={LEFT - 6} y={y(tick) + 4} textAnchor="end">
                {tick}
              </text>
              <text className="tick" x={x(tick)} y={SIZE - BOTTOM + 16} textAnchor="middle">
                {tick}
              </text>
            </g>
          ))}
          <line
            x1={x(0)}
            y1={y(0)}
            x2={x(most)}
            y2={y(most)}
            stroke="var(--series-reference)"
            strokeDasharray="4 3"
          />
          <text className="tick" x={x(most)} y={y(most * 0.7)} textAnchor="end">
            as predicted
          </text>
          {filled.map((bin) => (
            <g key={bin.from}>
              <title>{`predicted ${bin.predicted.toFixed(3)}, observed ${bin.observed.toFixed(3)}, n ${count(bin.n)}`}</title>
              {bin.low === null || bin.high === null ? null : (
                <line
                  x1={x(bin.predicted)}
                  x2={x(bin.predicted)}
                  y1={y(bin.low)}
                  y2={y(bin.high)}
                  stroke="var(--series-current)"
                  strokeWidth="1.500"
                />
              )}
              <circle cx={x(bin.predicted)} cy={y(bin.observed)} r="3.500" fill="var(--series-current)" />
            </g>
          ))}
          <text className="tick" x={(LEFT + SIZE) / 2} y={SIZE - 4} textAnchor="middle">
            predicted
          </text>
          <text className="tick" transform={`translate(11 ${SIZE / 2}) rotate(-90)`} textAnchor="middle">
            observed
          </text>
        </svg>
      </div>
    </ChartFrame>
  );
}
