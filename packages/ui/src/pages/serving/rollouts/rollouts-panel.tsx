import '../../../styles/serving.css';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { nextPage, rowsOf } from '../../../api/list-pages.ts';
import type { RolloutSummary } from '../../../api/serving-answers.ts';
import { rollouts } from '../../../api/serving-queries.ts';
import { type Column, DataTable } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { Moment } from '../../../components/moment.tsx';
import { QueryView } from '../../../components/query-view.tsx';
import { Section } from '../../../components/section.tsx';
import { ConditionBadge } from '../../../components/verdict-badge.tsx';
import { plural } from '../../../format/figures.ts';
import { asSentence } from '../../../format/sentence.ts';
import type { PanelProps } from '../endpoint-page.tsx';
import { ROLLOUT_CONDITIONS, ROLLOUT_WORDS } from './rollout-state.ts';

const COLUMNS: readonly Column<RolloutSummary>[] = [
  {
    id: 'number',
    header: 'Rollout',
    heads: true,
    value: ({ number }) => number,
    show: ({ id, number, version }) => (
      <Link to="/rollouts/$rollout" params={{ rollout: id }}>
        #{number}, version {version}
      </Link>
    ),
  },
  {
    id: 'state',
    header: 'State',
    value: ({ state }) => state,
    show: ({ state }) => (
      <ConditionBadge condition={ROLLOUT_CONDITIONS[state]}>{ROLLOUT_WORDS[state]}</ConditionBadge>
    ),
  },
  {
    id: 'sentence',
    header: 'How it stands',
    show: ({ sentence }) => <span className="wrapping">{asSentence(sentence)}</span>,
  },
  {
    id: 'startedAt',
    header: 'Began',
    value: ({ startedAt }) => startedAt,
    show: ({ startedAt }) => <Moment at={startedAt} />,
  },
  {
    id: 'endedAt',
    header: 'Ended',
    value: ({ endedAt }) => endedAt,
    show: ({ endedAt }) => (endedAt === null ? <strong>under way</strong> : <Moment at={endedAt} />),
  },
];

/** Every rollout of an endpoint, the newest first. */
export function RolloutsPanel({ endpoint }: PanelProps) {
  const query = useInfiniteQuery(rollouts(endpoint.endpoint));
  const rows = query.data ? rowsOf(query.data) : [];
  return (
    <QueryView query={query} rows={8}>
      {() =>
        rows.length === 0 ? (
          <EmptyState
            title="No version has been rolled out step by step yet."
            command={`npx airworthy rollout start ${endpoint.endpoint} --version ${(endpoint.deployment?.version ?? 1) + 1}`}
          >
            It serves in shadow first, then a growing part of the requests, and is taken back where it does
            worse.
          </EmptyState>
        ) : (
          <Section title="Rollouts" says={plural(rows.length, 'rollout')}>
            <DataTable
              label="Rollouts"
              rows={rows}
              columns={COLUMNS}
              rowKey={({ id }) => id}
              more={nextPage(query)}
            />
          </Section>
        )
      }
    </QueryView>
  );
}
