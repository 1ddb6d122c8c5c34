import { Link, useSearch } from '@tanstack/react-router';
import { EXACT } from '../../app/exact-link.ts';
import { PageFrame } from '../../components/page-frame.tsx';
import { RunTable } from './run-table.tsx';

/** Every run, or those that are no trial of another. */
export function RunsPage() {
  const { experiment, parent } = useSearch({ from: '/tracking' });
  return (
    <PageFrame
      title="Tracking"
      answer={<p>What ran, from which commit, on which rows, with what result.</p>}
      actions={
        <nav className="choices" aria-label="Which runs">
          <Link to="/tracking" search={{}} aria-current={parent === undefined} activeOptions={EXACT}>
            all runs
          </Link>
          <Link
            to="/tracking"
            search={{ parent: 'none' }}
            aria-current={parent === 'none'}
            activeOptions={EXACT}
          >
            without trials
          </Link>
        </nav>
      }
    >
      <RunTable
        title={experiment === undefined ? 'Runs' : `Runs of ${experiment}`}
        says="Newest first."
        experiment={experiment}
        parent={parent}
      />
    </PageFrame>
  );
}
