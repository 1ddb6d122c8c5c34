import '../../../styles/traces.css';
import '../../../styles/tracking.css';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { rowsOf, scrolledPage } from '../../../api/list-pages.ts';
import { sessions } from '../../../api/trace-queries.ts';
import type { SessionItem } from '../../../api/tracking-answers.ts';
import { EmptyState } from '../../../components/empty-state.tsx';
import { type KeysetColumn, KeysetTable } from '../../../components/keyset-table.tsx';
import { Moment } from '../../../components/moment.tsx';
import { MoreFailed } from '../../../components/more-failed.tsx';
import { PageFrame } from '../../../components/page-frame.tsx';
import { QueryView } from '../../../components/query-view.tsx';
import { Section } from '../../../components/section.tsx';
import { costText, count, duration, plural } from '../../../format/figures.ts';
import { ExperimentPicker } from '../runs/experiment-picker.tsx';
import { TrackingNav } from '../tracking-nav.tsx';
import { tokensText } from './trace-figures.ts';

const COLUMNS: readonly KeysetColumn<SessionItem>[] = [
  {
    id: 'session',
    header: 'Session',
    heads: true,
    show: ({ session }) => (
      <Link to="/tracking/sessions/$session" params={{ session }} className="clipped">
        {session}
      </Link>
    ),
  },
  { id: 'turns', header: 'Turns', number: true, show: ({ traces }) => count(traces) },
  { id: 'last', header: 'Last', show: ({ lastAt }) => <Moment at={lastAt} /> },
  { id: 'lasted', header: 'Lasted', number: true, show: ({ firstAt, lastAt }) => duration(lastAt - firstAt) },
  { id: 'tokens', header: 'Tokens in → out', number: true, show: tokensText },
  { id: 'cost', header: 'Cost', number: true, show: ({ cost }) => costText(cost) },
  {
    id: 'errors',
    header: 'Errors',
    number: true,
    show: ({ errors }) => (errors === 0 ? '0' : <strong className="bad-text">{count(errors)}</strong>),
  },
  {
    id: 'subject',
    header: 'User',
    show: ({ subject }) => subject?.slice(0, 16) ?? <span className="quiet">—</span>,
  },
];

/** Conversations: traces that name the same session. */
export function SessionsPage() {
  const search = useSearch({ from: '/tracking/sessions' });
  const navigate = useNavigate({ from: '/tracking/sessions' });
  const query = useInfiniteQuery(sessions(search));
  const rows = useMemo(() => (query.data ? rowsOf(query.data) : []), [query.data]);
  const newest = rows[0];
  return (
    <PageFrame
      title="Sessions"
      trail={[{ label: 'Tracking', to: '/tracking' }]}
      actions={<TrackingNav />}
      answer={
        newest === undefined ? (
          <p>Traces that name the same session are the turns of one conversation.</p>
        ) : (
          <p>
            The newest session,{' '}
            <Link to="/tracking/sessions/$session" params={{ session: newest.session }}>
              {newest.session}
            </Link>
            , has {plural(newest.traces, 'turn')}, the last <Moment at={newest.lastAt} />.
          </p>
        )
      }
    >
      <div className="row">
        <ExperimentPicker
          chosen={search.experiment}
          choose={(experiment) => void navigate({ search: experiment === undefined ? {} : { experiment } })}
        />
      </div>
      <QueryView query={query} rows={8}>
        {() =>
          rows.length === 0 ? (
            <EmptyState title="No sessions yet.">
              A trace joins one by the attribute <code>session.id</code> or{' '}
              <code>gen_ai.conversation.id</code>.
            </EmptyState>
          ) : (
            <Section title="Sessions" says="Newest first.">
              <KeysetTable
                label="Sessions"
                rows={rows}
                columns={COLUMNS}
                rowKey={({ session }) => session}
                more={scrolledPage(query)}
              />
              <MoreFailed query={query} />
            </Section>
          )
        }
      </QueryView>
    </PageFrame>
  );
}
