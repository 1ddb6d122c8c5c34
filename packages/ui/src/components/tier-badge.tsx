import type { Alert } from '../api/answers.ts';
import type { Condition } from './state-mark.tsx';
import { ConditionBadge } from './verdict-badge.tsx';

const CONDITIONS: Record<Alert['tier'], Condition> = { page: 'bad', ticket: 'warn', digest: 'idle' };

/** How loud an alert is and whether it is still open, in words and by mark. */
export function TierBadge({ tier, state }: Pick<Alert, 'tier' | 'state'>) {
  const condition = state === 'resolved' ? 'good' : CONDITIONS[tier];
  return (
    <ConditionBadge condition={condition}>
      {tier}
      {state === 'open' ? '' : `, ${state}`}
    </ConditionBadge>
  );
}
