import type { GuardVerdict } from '../../../api/serving-answers.ts';
import { IntervalStrip, StripAxis, type StripRange } from '../../../components/interval-strip.tsx';
import type { Condition } from '../../../components/state-mark.tsx';
import { ConditionBadge } from '../../../components/verdict-badge.tsx';
import { plainFigure, signedFigure } from '../../../format/figures.ts';
import { asSentence } from '../../../format/sentence.ts';

const CONDITIONS: Record<GuardVerdict['state'], Condition> = {
  pass: 'good',
  fail: 'bad',
  undecided: 'warn',
  waiting: 'working',
  'no-data': 'idle',
};
const COLOURS: Record<GuardVerdict['state'], string> = {
  pass: '--good',
  fail: '--bad',
  undecided: '--warn',
  waiting: '--idle',
  'no-data': '--idle',
};
const WORDS: Record<GuardVerdict['state'], string> = {
  pass: 'pass',
  fail: 'fail',
  undecided: 'undecided',
  waiting: 'too few yet',
  'no-data': 'no data',
};

/** In margins: what is further out is drawn at the end. */
const RANGE: StripRange = [-2, 2];
const RULES = [
  { at: 0, kind: 'zero', label: 'no worse' },
  { at: 1, kind: 'margin', label: 'margin' },
] as const;

/** What must hold, on one scale: how much worse an arm is, counted in what is still acceptable. */
export function GuardRows({ guards }: { guards: readonly GuardVerdict[] }) {
  const arms = new Set(guards.map(({ arm }) => arm));
  if (guards.length === 0) return <p className="quiet">Nothing is watched at the moment.</p>;
  return (
    <ul className="guard-rows">
      {guards.map((guard) => (
        <GuardRow key={`${guard.name} ${guard.arm}`} guard={guard} namesArm={arms.size > 1} />
      ))}
      <li aria-hidden="true" className="guard-axis">
        <StripAxis range={RANGE} ticks={4} format={plainFigure} rules={RULES} />
      </li>
    </ul>
  );
}

function GuardRow({ guard, namesArm }: { guard: GuardVerdict; namesArm: boolean }) {
  const { name, arm, state, sentence, estimate, low, high, margin, alpha } = guard;
  const inMargins = (value: number | null) =>
    value === null ? null : Math.min(RANGE[1], Math.max(RANGE[0], value / margin));
  return (
    <li>
      <div className="guard-name">
        <ConditionBadge condition={CONDITIONS[state]}>{WORDS[state]}</ConditionBadge>
        <strong>{name}</strong>
        {namesArm ? <span className="tag">{arm}</span> : null}
      </div>
      <IntervalStrip
        range={RANGE}
        rules={RULES}
        marks={[
          {
            key: name,
            colour: COLOURS[state],
            value: inMargins(estimate),
            low: inMargins(low),
            high: inMargins(high),
          },
        ]}
        label={`${name}: ${figureWords(guard)}, margin ${plainFigure(margin)}`}
      />
      <p className="small">
        {asSentence(sentence)} <span className="quiet">· α {plainFigure(alpha)}</span>
      </p>
    </li>
  );
}

function figureWords({ estimate, low, high }: GuardVerdict): string {
  if (estimate === null) return 'not enough data';
  const interval = low === null || high === null ? '' : ` [${signedFigure(low)}, ${signedFigure(high)}]`;
  return `${signedFigure(estimate)}${interval}`;
}
