import { useRef } from 'react';
import type { Baseline } from '../../../api/evaluation-answers.ts';
import { ChartFrame } from '../../../components/chart-frame.tsx';
import { linear, roundTicks } from '../../../components/scale.ts';
import { useInnerLinks } from '../../../components/use-inner-links.ts';
import { useWidth } from '../../../components/use-width.ts';
import { OUTCOME_COLOURS } from '../../../components/verdict-badge.tsx';
import { localDay } from '../../../format/moments.ts';
import { differenceInUnit, inUnit, isDifference, marginsOf } from '../metric-words.ts';
import { type GateHistory, movesBefore, type StoredVerdict } from './gate-history.ts';

interface Props {
  history: GateHistory;
  moves: readonly Baseline[];
  file: string;
}

const HEIGHT = 190;
const TOP = 22;
const FOOT = 34;
const LEFT = 56;
const RIGHT = 12;
/** Left of the first verdict there is room for a move of the baseline. */
const FIRST = 40;
/** So many of the newest are drawn. */
const MOST = 40;

/** What a gate found at each evaluation, with its interval against what it demanded; where the baseline moved is marked. */
export function GateHistoryPlot({ history, moves, file }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const [box, width] = useWidth<HTMLDivElement>(640);
  useInnerLinks(host);
  const verdicts = history.verdicts.slice(-MOST);
  const newest = verdicts[verdicts.length - 1];
  const format = (value: number | null) =>
    isDifference(newest) ? differenceInUnit(value, undefined) : inUnit(value, undefined);
  const marks = [
    ...verdicts.flatMap(({ estimate, low, high }) => [estimate, low, high]),
    ...marginsOf(newest),
    ...(isDifference(newest) ? [0] : []),
  ].filter((mark) => mark !== null);
  const range = padded(Math.min(...marks), Math.max(...marks));
  const y = linear(range, [HEIGHT - FOOT, TOP]);
  const ends = [LEFT + FIRST, width - RIGHT - 12] as const;
  const x = linear(verdicts.length === 1 ? [-1, 1] : [0, verdicts.length - 1], ends);
  const placed = movesBefore(verdicts, moves);
  const every = Math.ceil(verdicts.length / Math.max(2, (width - LEFT) / 76));
  return (
    <ChartFrame
      title={history.title}
      says={countsWords(history)}
      file={file}
      data={{
        columns: ['evaluation', 'at', 'outcome', 'estimate', 'low', 'high', 'n', 'method'],
        rows: verdicts.map((one) => [
          ...[one.number, new Date(one.at).toISOString(), one.outcome, one.estimate],
          ...[one.low, one.high, one.n, one.method],
        ]),
      }}
    >
      <div ref={host}>
        <div ref={box} className="plot">
          <svg viewBox={`0 0 ${width} ${HEIGHT}`}>
            <title>{`${history.title}, ${verdicts.length} verdicts`}</title>
            <Levels newest={newest} range={range} y={y} width={width} format={format} />
            {verdicts.map((verdict, index) => (
              <g key={verdict.id} transform={`translate(${x(index)} 0)`}>
                <Moves moves={placed.get(verdict.id) ?? []} step={(width - LEFT) / verdicts.length} />
                <Verdict verdict={verdict} y={y} format={format} />
                {(verdicts.length - 1 - index) % every === 0 ? <When verdict={verdict} /> : null}
              </g>
            ))}
            {marginsOf(newest).map((margin) => (
              <text key={margin} className="tick halo" x={width - RIGHT} y={y(margin) - 4} textAnchor="end">
                demanded {format(margin)}
              </text>
            ))}
          </svg>
        </div>
      </div>
    </ChartFrame>
  );
}

function padded(low: number, high: number): [number, number] {
  const space = (high - low || Math.abs(high) || 1) * 0.08;
  return [low - space, high + space];
}

interface LevelsProps {
  newest: StoredVerdict;
  range: readonly [number, number];
  y: (value: number) => number;
  width: number;
  format: (value: number | null) => string;
}

/** The scale, no difference, and what the gate demands. */
function Levels({ newest, range, y, width, format }: LevelsProps) {
  const difference = isDifference(newest);
  const across = (at: number) => ({ x1: LEFT, x2: width - RIGHT, y1: y(at), y2: y(at) });
  return (
    <>
      {roundTicks(range[0], range[1], 4).map((tick) => (
        <g key={tick}>
          <line {...across(tick)} stroke="var(--grid)" />
          <text className="tick" x={LEFT - 6} y={y(tick) + 4} textAnchor="end">
            {difference && tick === 0 ? 'same' : format(tick)}
          </text>
        </g>
      ))}
      {difference ? <line {...across(0)} stroke="var(--line-strong)" /> : null}
      {marginsOf(newest).map((margin) => (
        <line key={margin} {...across(margin)} stroke="var(--quiet)" strokeDasharray="4 3" />
      ))}
    </>
  );
}

function When({ verdict: { number, at } }: { verdict: StoredVerdict }) {
  return (
    <text className="tick" y={HEIGHT - 18} textAnchor="middle">
      #{number}
      <tspan x="0" dy="13">
        {localDay(at).replace(/,? \d{4}$/, '')}
      </tspan>
    </text>
  );
}

interface VerdictProps {
  verdict: StoredVerdict;
  y: (value: number) => number;
  format: (value: number | null) => string;
}

/** A tick's circle, a square for what failed, a triangle for what is undecided. */
function Verdict({ verdict, y, format }: VerdictProps) {
  const { evaluation, number, outcome, estimate, low, high, n } = verdict;
  const colour = `var(${OUTCOME_COLOURS[outcome]})`;
  const at = estimate === null ? HEIGHT - FOOT : y(estimate);
  const words = `#${number} ${outcome}: ${format(estimate)} [${format(low)}, ${format(high)}], n ${n}`;
  return (
    <a href={`/evaluations/${encodeURIComponent(evaluation)}`} aria-label={words}>
      <title>{words}</title>
      {low === null || high === null ? null : (
        <line y1={y(low)} y2={y(high)} stroke={colour} strokeWidth="2" />
      )}
      {outcome === 'pass' ? <circle cy={at} r="5" fill={colour} stroke="var(--surface)" /> : null}
      {outcome === 'undecided' ? (
        <path d={`M0 ${at - 6} 6 ${at + 5} -6 ${at + 5}z`} fill={colour} stroke="var(--surface)" />
      ) : null}
      {outcome === 'fail' || outcome === 'error' ? (
        <rect x="-5" y={at - 5} width="10" height="10" fill={colour} stroke="var(--surface)" />
      ) : null}
    </a>
  );
}

/** A baseline moved between the evaluation before and this one. */
function Moves({ moves, step }: { moves: readonly Baseline[]; step: number }) {
  if (moves.length === 0) return null;
  const x = -Math.min(step / 2, FIRST - 10);
  return (
    <g>
      <title>
        {moves.map(({ name, number, reason }) => `${name} moved to #${number ?? '?'}: ${reason}`).join('; ')}
      </title>
      <line x1={x} x2={x} y1={TOP - 6} y2={HEIGHT - FOOT} stroke="var(--accent)" strokeDasharray="2 3" />
      <text className="tick" x={x} y={TOP - 9} textAnchor="middle">
        {moves.map(({ name, number }) => `${name} → #${number ?? '?'}`).join(', ')}
      </text>
    </g>
  );
}

function countsWords({ counts }: GateHistory): string {
  return Object.entries(counts)
    .filter(([, times]) => times > 0)
    .map(([outcome, times]) => `${times} ${outcome}`)
    .join(', ');
}
