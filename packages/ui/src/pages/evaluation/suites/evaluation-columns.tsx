import { Link } from '@tanstack/react-router';
import type { EvaluationItem } from '../../../api/evaluation-answers.ts';
import type { KeysetColumn } from '../../../components/keyset-table.tsx';
import { Measured } from '../../../components/measured.tsx';
import { Moment } from '../../../components/moment.tsx';
import { ConditionBadge, VerdictBadge } from '../../../components/verdict-badge.tsx';
import { count } from '../../../format/figures.ts';
import { sentenceOf } from '../metric-words.ts';

export const EVALUATION_COLUMNS: readonly KeysetColumn<EvaluationItem>[] = [
  {
    id: 'number',
    header: 'Evaluation',
    heads: true,
    show: ({ id, number }) => (
      <Link to="/evaluations/$evaluation" params={{ evaluation: id }}>
        #{number}
      </Link>
    ),
  },
  {
    id: 'outcome',
    header: 'Gates',
    show: ({ state, outcome }) => {
      if (state === 'running') return <ConditionBadge condition="working">running</ConditionBadge>;
      if (outcome !== null) return <VerdictBadge outcome={outcome} />;
      return state === 'stopped' ? (
        <ConditionBadge condition="warn">stopped</ConditionBadge>
      ) : (
        <span className="quiet">none</span>
      );
    },
  },
  {
    id: 'metric',
    header: 'First metric',
    show: ({ primary }) =>
      primary === null ? (
        <span className="quiet">—</span>
      ) : (
        <>
          <span className="quiet">{primary.label} </span>
          <Measured {...primary} n={undefined} />
        </>
      ),
  },
  { id: 'cases', header: 'Cases', number: true, show: ({ cases }) => count(cases) },
  { id: 'role', header: 'Role', show: ({ role }) => role },
  { id: 'started', header: 'Started', show: ({ startedAt }) => <Moment at={startedAt} /> },
  {
    id: 'sentence',
    header: 'In words',
    show: (row) => <span className="wrapping small">{sentenceOf(row)}</span>,
  },
];
