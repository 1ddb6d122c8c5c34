import { type Condition, StateMark } from './state-mark.tsx';

/** `error`: the gate could not be judged at all. */
export type Outcome = 'pass' | 'fail' | 'undecided' | 'error';

const CONDITIONS: Record<Outcome, Condition> = { pass: 'good', fail: 'bad', undecided: 'warn', error: 'bad' };

/** Colours of the theme, for pictures that say the word too. */
export const OUTCOME_COLOURS: Record<Outcome, string> = {
  pass: '--good',
  fail: '--bad',
  undecided: '--warn',
  error: '--bad',
};

/** Word, mark and colour together. */
export function VerdictBadge({ outcome }: { outcome: Outcome }) {
  return <ConditionBadge condition={CONDITIONS[outcome]}>{outcome}</ConditionBadge>;
}

export function ConditionBadge({ condition, children }: { condition: Condition; children: React.ReactNode }) {
  return (
    <span className="badge" data-condition={condition}>
      <StateMark condition={condition} size={12} />
      {children}
    </span>
  );
}
