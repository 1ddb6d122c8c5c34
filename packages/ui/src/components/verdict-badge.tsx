import { type Condition, StateMark } from './state-mark.tsx';

export type Outcome = 'pass' | 'fail' | 'undecided';

const CONDITIONS: Record<Outcome, Condition> = { pass: 'good', fail: 'bad', undecided: 'warn' };

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
