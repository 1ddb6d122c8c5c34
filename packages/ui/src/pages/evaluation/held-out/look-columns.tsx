import { Link } from '@tanstack/react-router';
import type { HeldOutLook } from '../../../api/evaluation-answers.ts';
import type { KeysetColumn } from '../../../components/keyset-table.tsx';
import { Moment } from '../../../components/moment.tsx';
import { VerdictBadge } from '../../../components/verdict-badge.tsx';

export const LOOK_COLUMNS: readonly KeysetColumn<HeldOutLook>[] = [
  { id: 'number', header: 'Look', heads: true, show: ({ number, budget }) => `${number} of ${budget}` },
  { id: 'at', header: 'When', show: ({ at }) => <Moment at={at} /> },
  { id: 'actor', header: 'Who', show: ({ actor }) => actor },
  {
    id: 'what',
    header: 'What',
    show: ({ suite, evaluation, task }) => (
      <>
        <Link to="/evaluations/$evaluation" params={{ evaluation }}>
          {suite}
        </Link>
        , {task}
      </>
    ),
  },
  {
    id: 'gates',
    header: 'Gates',
    show: ({ gates }) => (gates.length === 0 ? <span className="quiet">—</span> : gates.join(', ')),
  },
  {
    id: 'outcome',
    header: 'Outcome',
    show: ({ outcome }) =>
      outcome === null ? <span className="quiet">not ended</span> : <VerdictBadge outcome={outcome} />,
  },
  {
    id: 'dataset',
    header: 'Dataset version',
    show: ({ dataset, datasetVersion }) => <code>{dataset ?? datasetVersion.slice(0, 12)}</code>,
  },
  { id: 'left', header: 'Left', number: true, show: ({ number, budget }) => Math.max(0, budget - number) },
];
