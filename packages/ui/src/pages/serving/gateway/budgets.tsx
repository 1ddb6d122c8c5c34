import { useQuery } from '@tanstack/react-query';
import type { BudgetState } from '../../../api/serving-answers.ts';
import { gatewayBudgets } from '../../../api/serving-queries.ts';
import { Moment } from '../../../components/moment.tsx';
import { QueryView } from '../../../components/query-view.tsx';
import { Section } from '../../../components/section.tsx';
import type { Condition } from '../../../components/state-mark.tsx';
import { ConditionBadge } from '../../../components/verdict-badge.tsx';
import { costText, count, share } from '../../../format/figures.ts';
import { keyWords } from './usage-words.ts';

const CONDITIONS: Record<BudgetState['state'], Condition> = { ok: 'good', near: 'warn', spent: 'bad' };
const WORDS: Record<BudgetState['state'], string> = {
  ok: 'within',
  near: 'nearly spent',
  spent: 'spent',
};

/** What may be spent, and what is left of it. */
export function Budgets() {
  const query = useQuery(gatewayBudgets());
  return (
    <Section title="Budgets" says="What is spent in full is refused until it resets, unless it only warns.">
      <QueryView query={query} rows={3}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">
              None. <code>serving.gateway.budgets</code> of the project’s config says what may be spent by the
              project, a user, a route or a model.
            </p>
          ) : (
            <ul className="budgets">
              {items.map((budget) => (
                <Budget key={`${budget.name} ${budget.of ?? ''}`} budget={budget} />
              ))}
            </ul>
          )
        }
      </QueryView>
    </Section>
  );
}

function Budget({ budget }: { budget: BudgetState }) {
  const { name, scope, of, period, unit, limit, spent, resetsAt, hard, state } = budget;
  const amount = (value: number) => (unit === 'cost' ? costText(value) : `${count(value)} tokens`);
  const part = Math.min(1, spent / limit);
  return (
    <li>
      <div className="row">
        <ConditionBadge condition={CONDITIONS[state]}>{WORDS[state]}</ConditionBadge>
        <strong>{name}</strong>
        <span className="quiet">
          {of === null ? scope : `${scope} ${keyWords(of)}`}, a {period}
          {hard ? '' : ', warns only'}
        </span>
      </div>
      <svg
        className="budget-bar"
        width="100%"
        height="10"
        role="img"
        aria-label={`${share(spent / limit)} of ${name} is spent`}
      >
        <rect width="100%" height="10" rx="3" fill="var(--sunken)" />
        <rect width={`${part * 100}%`} height="10" rx="3" fill={`var(--${CONDITIONS[state]})`} />
      </svg>
      <p className="small">
        {amount(spent)} of {amount(limit)} ({share(spent / limit)}){' '}
        <span className="quiet">
          resets <Moment at={resetsAt} />
        </span>
      </p>
    </li>
  );
}
