import { Link } from '@tanstack/react-router';
import type { ImprovementAnswer } from '../../api/answers.ts';
import type { Column } from '../../components/data-table.tsx';
import { Moment } from '../../components/moment.tsx';
import { ConditionBadge } from '../../components/verdict-badge.tsx';
import { count, metricName, signedFigure } from '../../format/figures.ts';
import { decidingVerdict, IMPROVEMENT_CONDITIONS, IMPROVEMENT_WORDS } from './improvement-state.ts';

export const IMPROVEMENT_COLUMNS: readonly Column<ImprovementAnswer>[] = [
  {
    id: 'number',
    header: 'Improvement',
    heads: true,
    value: (row) => row.number,
    show: (row) => (
      <Link to="/feedback/$improvement" params={{ improvement: row.id }}>
        #{row.number}
      </Link>
    ),
  },
  {
    id: 'state',
    header: 'Decision',
    value: (row) => row.state,
    show: (row) => (
      <ConditionBadge condition={IMPROVEMENT_CONDITIONS[row.state]}>
        {IMPROVEMENT_WORDS[row.state]}
      </ConditionBadge>
    ),
  },
  {
    id: 'lead',
    header: 'Challenger’s lead',
    number: true,
    value: (row) => decidingVerdict(row)?.estimate ?? null,
    show: (row) => <Lead improvement={row} />,
  },
  {
    id: 'why',
    header: 'Why',
    show: (row) => (
      <span className="wrapping">
        {row.reason}
        <br />
        <span className="quiet small">Begun because: {row.cause.sentence}</span>
      </span>
    ),
  },
  {
    id: 'at',
    header: 'When',
    value: (row) => row.endedAt ?? row.startedAt,
    show: (row) => <Moment at={row.endedAt ?? row.startedAt} />,
  },
];

function Lead({ improvement }: { improvement: ImprovementAnswer }) {
  const verdict = decidingVerdict(improvement);
  if (verdict === undefined || verdict.estimate === null) return <span className="quiet">—</span>;
  return (
    <span className="measured lines">
      <strong>{signedFigure(verdict.estimate)}</strong>
      {verdict.low === null || verdict.high === null ? null : (
        <span className="quiet">
          [{signedFigure(verdict.low)}, {signedFigure(verdict.high)}]
        </span>
      )}
      <span className="quiet">
        {metricName(verdict.metric)}, n {count(verdict.n)}
      </span>
    </span>
  );
}
