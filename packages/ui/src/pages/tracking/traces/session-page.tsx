import '../../../styles/payload.css';
import '../../../styles/traces.css';
import '../../../styles/tracking.css';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { nextPage, rowsOf } from '../../../api/list-pages.ts';
import { session, sessionTurns } from '../../../api/trace-queries.ts';
import type { SessionItem, TraceItem } from '../../../api/tracking-answers.ts';
import { Moment } from '../../../components/moment.tsx';
import { MoreButton } from '../../../components/more-button.tsx';
import { PageFrame } from '../../../components/page-frame.tsx';
import { QueryView } from '../../../components/query-view.tsx';
import { Section } from '../../../components/section.tsx';
import { ConditionBadge } from '../../../components/verdict-badge.tsx';
import { costText, duration, plural } from '../../../format/figures.ts';
import { tokensText } from './trace-figures.ts';
import { TRACE_CONDITIONS, TRACE_WORDS } from './trace-state.ts';

/** A conversation: its turns in order, each with what was asked and answered. */
export function SessionPage() {
  const { session: id } = useParams({ from: '/tracking/sessions/$session' });
  const head = useQuery(session(id));
  const turns = useInfiniteQuery(sessionTurns(id));
  return (
    <PageFrame
      title={id}
      trail={[
        { label: 'Tracking', to: '/tracking' },
        { label: 'Sessions', to: '/tracking/sessions' },
      ]}
      answer={head.data ? <Answer session={head.data} /> : null}
    >
      <QueryView query={turns} rows={8}>
        {(data) => (
          <Section title="Turns" says="In the order in which they happened.">
            <ol className="stack">
              {rowsOf(data).map((turn) => (
                <Turn key={turn.id} turn={turn} />
              ))}
            </ol>
            <MoreButton more={nextPage(turns)} />
          </Section>
        )}
      </QueryView>
    </PageFrame>
  );
}

function Answer({ session: one }: { session: SessionItem }) {
  const { traces, firstAt, lastAt, errors, subject } = one;
  return (
    <p>
      {plural(traces, 'turn')} over {duration(lastAt - firstAt)} from <Moment at={firstAt} />
      {subject === null ? '' : ` with ${subject.slice(0, 16)}`}:{' '}
      {errors === 0 ? 'no error' : plural(errors, 'error')}
      {tokensText(one) === '—' ? '' : `, ${tokensText(one)} tokens`}
      {one.cost === null ? '' : `, ${costText(one.cost)}`}.
    </p>
  );
}

function Turn({ turn }: { turn: TraceItem }) {
  const { id, name, state, startedAt, durationMs, request, response } = turn;
  return (
    <li className="stack-tight">
      <span className="row">
        <Link to="/tracking/traces/$trace" params={{ trace: id }}>
          {name ?? id.slice(0, 16)}
        </Link>
        <ConditionBadge condition={TRACE_CONDITIONS[state]}>{TRACE_WORDS[state]}</ConditionBadge>
        <span className="quiet small">
          <Moment at={startedAt} />
          {durationMs === null ? '' : `, ${duration(durationMs)}`}, {tokensText(turn)} tokens,{' '}
          {costText(turn.cost)}
        </span>
      </span>
      {request === null ? null : (
        <div className="message" data-role="user">
          <span className="message-role">asked</span>
          <pre className="payload">{request}</pre>
        </div>
      )}
      {response === null ? null : (
        <div className="message" data-role="assistant">
          <span className="message-role">answered</span>
          <pre className="payload">{response}</pre>
        </div>
      )}
    </li>
  );
}
