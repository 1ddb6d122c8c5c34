import '../../../styles/evaluation.css';
import { useInfiniteQuery, useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { nextPage, rowsOf } from '../../../api/list-pages.ts';
import type { ReviewQueue, ReviewQueueProgress } from '../../../api/review-answers.ts';
import { queue, queues } from '../../../api/review-queries.ts';
import { type Column, DataTable } from '../../../components/data-table.tsx';
import { EmptyState } from '../../../components/empty-state.tsx';
import { Moment } from '../../../components/moment.tsx';
import { PageFrame } from '../../../components/page-frame.tsx';
import { QueryView } from '../../../components/query-view.tsx';
import { Section } from '../../../components/section.tsx';
import { ConditionBadge } from '../../../components/verdict-badge.tsx';
import { count, plural } from '../../../format/figures.ts';
import { EvaluationNav } from '../evaluation-nav.tsx';

/** What waits for people: the queues, and how far each is. */
export function QueuesPage() {
  const query = useInfiniteQuery(queues());
  const listed = query.data ? rowsOf(query.data) : [];
  const progress = useQueries({ queries: listed.map(({ name }) => queue(name)) });
  const rows = listed.map((one, index): Row => ({ ...one, progress: progress[index].data }));
  return (
    <PageFrame
      title="Review"
      trail={[{ label: 'Evaluation', to: '/evaluation' }]}
      actions={<EvaluationNav />}
      answer={query.data ? <Answer rows={rows} /> : null}
    >
      <QueryView query={query} rows={5}>
        {() =>
          rows.length === 0 ? (
            <EmptyState
              title="No review queue yet."
              command="npx airworthy review create quality --evaluation SUITE#1 --question right:choice:yes,no"
            >
              A queue asks people about answers: from an evaluation, a slice of it, or a random sample.
            </EmptyState>
          ) : (
            <Section title="Queues">
              <DataTable
                label="Review queues"
                rows={rows}
                columns={COLUMNS}
                rowKey={({ name }) => name}
                more={nextPage(query)}
              />
            </Section>
          )
        }
      </QueryView>
    </PageFrame>
  );
}

/** A queue and, once it has come, how far it is. */
interface Row extends ReviewQueue {
  progress: ReviewQueueProgress | undefined;
}

function Answer({ rows }: { rows: readonly Row[] }) {
  const open = rows.filter(({ state }) => state === 'open');
  const waiting = open.reduce((sum, { progress }) => sum + (progress?.items.open ?? 0), 0);
  if (rows.length === 0) return <p>Nothing waits for a person’s word.</p>;
  return (
    <p>
      {plural(waiting, 'item')} in {plural(open.length, 'open queue')} {waiting === 1 ? 'waits' : 'wait'} for
      people.
    </p>
  );
}

const COLUMNS: readonly Column<Row>[] = [
  {
    id: 'name',
    header: 'Queue',
    heads: true,
    value: ({ name }) => name,
    show: ({ name }) => (
      <Link to="/review/$queue" params={{ queue: name }}>
        {name}
      </Link>
    ),
  },
  {
    id: 'state',
    header: 'State',
    value: ({ state }) => state,
    show: ({ state, progress }) => {
      const word = state === 'closed' ? 'closed' : progress?.items.open === 0 ? 'done' : 'open';
      return <ConditionBadge condition={word === 'open' ? 'working' : 'good'}>{word}</ConditionBadge>;
    },
  },
  {
    id: 'done',
    header: 'Done',
    number: true,
    value: ({ progress }) => (progress === undefined ? null : progress.items.total - progress.items.open),
    show: ({ progress }) =>
      progress === undefined
        ? '…'
        : `${count(progress.items.total - progress.items.open)} of ${count(progress.items.total)}`,
  },
  {
    id: 'questions',
    header: 'Asks',
    show: ({ questions }) => questions.map(({ name }) => name).join(', '),
  },
  {
    id: 'reviewers',
    header: 'People an item',
    number: true,
    value: ({ reviewers }) => reviewers,
    show: ({ reviewers }) => reviewers,
  },
  {
    id: 'agreement',
    header: 'Agreement',
    show: ({ name }) => (
      <Link to="/review/$queue/agreement" params={{ queue: name }}>
        agreement<span className="hidden-text"> of {name}</span>
      </Link>
    ),
  },
  {
    id: 'made',
    header: 'Made',
    value: ({ createdAt }) => createdAt,
    show: ({ createdAt }) => <Moment at={createdAt} />,
  },
];
