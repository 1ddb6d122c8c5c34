import '../../../styles/evaluation.css';
import '../../../styles/tracking.css';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { ReviewQueueProgress } from '../../../api/review-answers.ts';
import { queue } from '../../../api/review-queries.ts';
import { PageFrame } from '../../../components/page-frame.tsx';
import { QueryView } from '../../../components/query-view.tsx';
import { count, plural } from '../../../format/figures.ts';
import { ReviewWork } from './review-work.tsx';
import { ReviewerForm } from './reviewer-form.tsx';

/** A queue to work through: by keyboard alone, one item after the other. */
export function ReviewPage() {
  const { queue: name } = useParams({ from: '/review/$queue' });
  const { as } = useSearch({ from: '/review/$queue' });
  const navigate = useNavigate({ from: '/review/$queue' });
  const client = useQueryClient();
  const query = useQuery(queue(name));
  return (
    <PageFrame
      title={name}
      trail={[
        { label: 'Evaluation', to: '/evaluation' },
        { label: 'Review', to: '/review' },
      ]}
      actions={
        <Link to="/review/$queue/agreement" params={{ queue: name }}>
          agreement
        </Link>
      }
      answer={query.data ? <Answer queue={query.data} as={as} /> : null}
    >
      <QueryView query={query} rows={10}>
        {(data) =>
          as === undefined ? (
            <ReviewerForm choose={(reviewer) => void navigate({ search: { as: reviewer } })} />
          ) : (
            <ReviewWork
              key={as}
              queue={data}
              reviewer={as}
              renew={() => void client.invalidateQueries({ queryKey: queue(name).queryKey })}
            />
          )
        }
      </QueryView>
    </PageFrame>
  );
}

function Answer({ queue: one, as }: { queue: ReviewQueueProgress; as: string | undefined }) {
  const { items, annotations, reviewers, byReviewer } = one;
  const own = byReviewer.find(({ reviewer }) => reviewer === as);
  const ready = items.total - items.open;
  return (
    <>
      <p>
        {count(ready)} of {plural(items.total, 'item')} {ready === 1 ? 'is' : 'are'} done
        {one.state === 'closed' ? '; the queue is closed' : ''}
        {as === undefined ? '' : `; ${count(own?.submitted ?? 0)} of the answers are yours`}.
      </p>
      <div
        className="parts-bar"
        role="img"
        aria-label={`${annotations.submitted} of ${annotations.needed} answers are given`}
      >
        <span style={{ flexGrow: annotations.submitted, background: 'var(--series-good)' }} />
        <span
          style={{
            flexGrow: Math.max(0, annotations.needed - annotations.submitted),
            background: 'var(--line)',
          }}
        />
      </div>
      <p className="quiet small">
        {count(annotations.submitted)} of {count(annotations.needed)} answers,{' '}
        {reviewers === 1 ? 'one person' : `${reviewers} people`} an item
      </p>
    </>
  );
}
