import '../../../styles/evaluation.css';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { HeldOutLook } from '../../../api/evaluation-answers.ts';
import { heldOutLooks } from '../../../api/evaluation-queries.ts';
import { rowsOf, scrolledPage } from '../../../api/list-pages.ts';
import { EmptyState } from '../../../components/empty-state.tsx';
import { KeysetTable } from '../../../components/keyset-table.tsx';
import { MoreFailed } from '../../../components/more-failed.tsx';
import { PageFrame } from '../../../components/page-frame.tsx';
import { QueryView } from '../../../components/query-view.tsx';
import { Section } from '../../../components/section.tsx';
import { plural } from '../../../format/figures.ts';
import { EvaluationNav } from '../evaluation-nav.tsx';
import { GapChart } from './gap-chart.tsx';
import { LOOK_COLUMNS } from './look-columns.tsx';

/** Who looked at held-out cases, when, and what is left of each budget. */
export function HeldOutPage() {
  const { dataset } = useSearch({ from: '/held-out' });
  const navigate = useNavigate({ from: '/held-out' });
  const query = useInfiniteQuery(heldOutLooks(dataset));
  const rows = useMemo(() => (query.data ? rowsOf(query.data) : []), [query.data]);
  const budgets = budgetsOf(rows);
  return (
    <PageFrame
      title="Held-out looks"
      trail={[{ label: 'Evaluation', to: '/evaluation' }]}
      actions={<EvaluationNav />}
      answer={query.data ? <Answer budgets={budgets} /> : null}
    >
      {dataset === undefined ? null : (
        <p>
          <span className="chip">
            dataset <code>{dataset}</code>
            <button
              type="button"
              aria-label="Not only this dataset"
              onClick={() => void navigate({ search: {} })}
            >
              ×
            </button>
          </span>
        </p>
      )}
      <QueryView query={query} rows={8}>
        {() =>
          rows.length === 0 ? (
            <EmptyState title="Nobody has looked yet." command="npx airworthy evaluate --role held-out">
              Held-out cases are reached by gates alone; each look is written down before it is taken.
            </EmptyState>
          ) : (
            <div className="stack">
              <Budgets budgets={budgets} />
              <GapChart looks={rows} />
              <Section title="Ledger" says="Newest first; nothing is ever taken out.">
                <KeysetTable
                  label="Looks at held-out cases"
                  rows={rows}
                  columns={LOOK_COLUMNS}
                  rowKey={({ id }) => id}
                  more={scrolledPage(query)}
                />
                <MoreFailed query={query} />
              </Section>
            </div>
          )
        }
      </QueryView>
    </PageFrame>
  );
}

interface Budget {
  version: string;
  name: string;
  used: number;
  budget: number;
}

/** Of each dataset version its highest look: the newest that is listed. */
function budgetsOf(rows: readonly HeldOutLook[]): Budget[] {
  return [...Map.groupBy(rows, ({ datasetVersion }) => datasetVersion)].map(([version, looks]) => {
    const last = looks.reduce((most, look) => (look.number > most.number ? look : most));
    return {
      ...{ version, used: last.number, budget: last.budget },
      name: last.dataset ?? `${last.suite}, ${version.slice(0, 12)}`,
    };
  });
}

function Answer({ budgets }: { budgets: readonly Budget[] }) {
  if (budgets.length === 0) return <p>No held-out case has been looked at.</p>;
  return budgets.map(({ version, name, used, budget }) => (
    <p key={version}>
      {name}: {plural(used, 'look')} taken, {Math.max(0, budget - used)} of {budget} left
      {used >= budget ? ': it is spent, new held-out cases are needed' : ''}.
    </p>
  ));
}

function Budgets({ budgets }: { budgets: readonly Budget[] }) {
  return (
    <Section title="Budgets" says="Each look makes chance findings likelier: alpha is shared among them.">
      <ul className="stack-tight">
        {budgets.map(({ version, name, used, budget }) => (
          <li key={version}>
            <p className="small">
              {name} <span className="quiet">{`${used} of ${budget} looks`}</span>
            </p>
            <div
              className="parts-bar"
              role="img"
              aria-label={`${name}: ${used} of ${budget} looks are taken`}
            >
              <span style={{ flexGrow: used, background: 'var(--series-current)' }} />
              <span style={{ flexGrow: Math.max(0, budget - used), background: 'var(--line)' }} />
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}
