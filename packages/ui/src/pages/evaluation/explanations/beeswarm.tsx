import type { ShapResult } from '../../../api/explanation-answers.ts';
import { ChartFrame } from '../../../components/chart-frame.tsx';
import { linear, roundTicks } from '../../../components/scale.ts';
import { useWidth } from '../../../components/use-width.ts';
import { signedFigure } from '../../../format/figures.ts';
import { type BeeLane, layBeeswarm, NO_ORDER, SHADES } from './beeswarm-dots.ts';
import { levelText, valueText } from './explanation-words.ts';

interface Props {
  result: ShapResult;
  file: string;
}

const LANE = 34;
const TOP = 8;
const FOOT = 24;
/** So many of the most important fields. */
const MOST = 12;

/** Every row's Shapley values: a dot a row and field. */
export function Beeswarm({ result, file }: Props) {
  const [box, width] = useWidth<HTMLDivElement>(720);
  const names = result.importance.slice(0, MOST).map(({ name }) => name);
  const left = Math.min(190, width * 0.3, Math.max(...names.map(({ length }) => length)) * 6.4 + 18);
  const values = result.rows.flatMap((row) => row.values);
  const range: [number, number] = [Math.min(0, ...values), Math.max(0, ...values)];
  const x = linear(range, [left + 6, width - 16]);
  const height = TOP + names.length * LANE + FOOT;
  const lanes = layBeeswarm(result, names, x, LANE);
  const rest = result.importance.length - names.length;
  return (
    <ChartFrame
      title="What moves the prediction, row by row"
      says={`${result.rows.length} rows${rest > 0 ? `, the ${names.length} strongest of ${result.importance.length} fields` : ''}`}
      file={file}
      data={dataOf(result, names)}
    >
      <ShadeKeys />
      <div ref={box} className="plot">
        <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={inWords(result, names)}>
          {roundTicks(range[0], range[1], width < 480 ? 3 : 6).map((tick) => (
            <g key={tick}>
              <line x1={x(tick)} x2={x(tick)} y1={TOP} y2={height - FOOT} stroke="var(--grid)" />
              <text className="tick" x={x(tick)} y={height - FOOT + 14} textAnchor="middle">
                {tick === 0 ? '0' : signedFigure(tick)}
              </text>
            </g>
          ))}
          <line x1={x(0)} x2={x(0)} y1={TOP} y2={height - FOOT} stroke="var(--line-strong)" />
          {lanes.map((lane, index) => (
            <Lane key={lane.name} lane={lane} y={TOP + index * LANE + LANE / 2} left={left} />
          ))}
        </svg>
      </div>
    </ChartFrame>
  );
}

/** All dots of a shade are one path of round strokes without length. */
function Lane({ lane: { name, dots }, y, left }: { lane: BeeLane; y: number; left: number }) {
  const letters = Math.floor((left - 10) / 6.4);
  const shades = [...Map.groupBy(dots, ({ shade }) => shade)];
  return (
    <g>
      <text className="tick row-label" x={left - 10} y={y + 4} textAnchor="end">
        <title>{name}</title>
        {name.length > letters ? `${name.slice(0, letters - 1)}…` : name}
      </text>
      {shades.map(([shade, members]) => (
        <path
          key={shade}
          d={members.map((dot) => `M${dot.x.toFixed(1)} ${(y + dot.y).toFixed(1)}h0`).join('')}
          stroke={shadeColour(shade)}
          strokeWidth="5"
          strokeLinecap="round"
          strokeOpacity="0.800"
        />
      ))}
    </g>
  );
}

function ShadeKeys() {
  const shades = Array.from({ length: SHADES }, (_, shade) => shade);
  return (
    <p className="row small">
      <span className="quiet">the field’s own value: low</span>
      <svg width={SHADES * 14} height="12" aria-hidden="true">
        {shades.map((shade) => (
          <rect key={shade} x={shade * 14} width="14" height="12" fill={shadeColour(shade)} />
        ))}
      </svg>
      <span className="quiet">high</span>
      <svg width="12" height="12" aria-hidden="true">
        <circle cx="6" cy="6" r="4" fill={shadeColour(NO_ORDER)} />
      </svg>
      <span className="quiet">a category, or missing</span>
    </p>
  );
}

function shadeColour(shade: number): string {
  if (shade === NO_ORDER) return 'var(--series-reference)';
  const share = Math.round((1 - shade / (SHADES - 1)) * 100);
  return `color-mix(in oklab, var(--series-current) ${share}%, var(--series-estimated))`;
}

function inWords({ rows, importance }: ShapResult, names: readonly string[]): string {
  const strongest = importance
    .slice(0, names.length)
    .map(({ name, meanAbsolute }) => `${name} ${levelText(meanAbsolute)}`);
  return `Shapley values of ${rows.length} rows, mean size by field: ${strongest.join(', ')}`;
}

function dataOf({ rows, features }: ShapResult, names: readonly string[]) {
  return {
    columns: ['row', 'field', 'value of the field', 'moves the prediction by'],
    rows: rows.flatMap((row, place) =>
      names.map((name) => [
        row.row ?? place,
        name,
        valueText(row.record[name]),
        row.values[features.findIndex((feature) => feature.name === name)],
      ]),
    ),
  };
}
