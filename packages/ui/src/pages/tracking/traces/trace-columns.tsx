import { Link } from '@tanstack/react-router';
import type { TraceItem } from '../../../api/tracking-answers.ts';
import type { KeysetColumn } from '../../../components/keyset-table.tsx';
import { Moment } from '../../../components/moment.tsx';
import { ConditionBadge } from '../../../components/verdict-badge.tsx';
import { costText, count, duration } from '../../../format/figures.ts';
import { tokensText } from './trace-figures.ts';
import { TRACE_CONDITIONS, TRACE_WORDS } from './trace-state.ts';

const NONE = <span className="quiet">—</span>;

export const TRACE_COLUMNS: readonly KeysetColumn<TraceItem>[] = [
  {
    id: 'name',
    header: 'Trace',
    heads: true,
    show: ({ id, name, request }) => (
      <span className="trace-name">
        <Link to="/tracking/traces/$trace" params={{ trace: id }}>
          {name ?? id.slice(0, 16)}
        </Link>
        {request === null ? null : <span className="quiet small clipped">{request}</span>}
      </span>
    ),
  },
  {
    id: 'state',
    header: 'Status',
    show: ({ state }) => (
      <ConditionBadge condition={TRACE_CONDITIONS[state]}>{TRACE_WORDS[state]}</ConditionBadge>
    ),
  },
  { id: 'started', header: 'Started', show: ({ startedAt }) => <Moment at={startedAt} /> },
  { id: 'took', header: 'Took', number: true, show: ({ durationMs }) => duration(durationMs) },
  { id: 'tokens', header: 'Tokens in → out', number: true, show: tokensText },
  { id: 'cost', header: 'Cost', number: true, show: ({ cost }) => costText(cost) },
  { id: 'spans', header: 'Spans', number: true, show: ({ spans }) => count(spans) },
  {
    id: 'errors',
    header: 'Errors',
    number: true,
    show: ({ errors }) => (errors === 0 ? '0' : <strong className="bad-text">{count(errors)}</strong>),
  },
  {
    id: 'models',
    header: 'Model',
    show: ({ models }) => (models.length === 0 ? NONE : <span className="clipped">{models.join(', ')}</span>),
  },
  {
    id: 'session',
    header: 'Session',
    show: ({ session }) =>
      session === null ? (
        NONE
      ) : (
        <Link to="/tracking/sessions/$session" params={{ session }} className="clipped">
          {session}
        </Link>
      ),
  },
];
