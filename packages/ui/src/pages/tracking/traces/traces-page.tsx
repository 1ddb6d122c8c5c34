import '../../../styles/traces.css';
import '../../../styles/tracking.css';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { filterTraceKeys } from '../../../api/filter-keys.ts';
import { rowsOf } from '../../../api/list-pages.ts';
import { refusalOf } from '../../../api/request.ts';
import { traces } from '../../../api/trace-queries.ts';
import type { TraceItem } from '../../../api/tracking-answers.ts';
import type { TracesSearch } from '../../../app/tracking-routes.ts';
import { FilterBox } from '../../../components/filter-box.tsx';
import { Moment } from '../../../components/moment.tsx';
import { PageFrame } from '../../../components/page-frame.tsx';
import { costText, duration, plural } from '../../../format/figures.ts';
import { TRACE_FILTERS } from '../filter-grammars.ts';
import { ExperimentPicker } from '../runs/experiment-picker.tsx';
import { TrackingNav } from '../tracking-nav.tsx';
import { TraceList } from './trace-list.tsx';

/** What programs did step by step, newest first. */
export function TracesPage() {
  const search = useSearch({ from: '/tracking/traces' });
  const navigate = useNavigate({ from: '/tracking/traces' });
  const query = useInfiniteQuery(traces(search));
  const go = (change: { [Field in keyof TracesSearch]?: string | undefined }) =>
    void navigate({
      search: Object.fromEntries(Object.entries({ ...search, ...change }).filter(([, value]) => value)),
    });
  const refused = search.filter ? refusalOf(query.error) : null;
  return (
    <PageFrame
      title="Traces"
      trail={[{ label: 'Tracking', to: '/tracking' }]}
      actions={<TrackingNav />}
      answer={<Answer rows={query.data ? rowsOf(query.data) : []} hasMore={query.hasNextPage} />}
    >
      <FilterBox
        label="filter of the traces"
        placeholder="attributes.status = 'ERROR' and attributes.execution_time_ms > 1000"
        grammar={TRACE_FILTERS}
        filter={search.filter ?? ''}
        apply={(filter) => go({ filter })}
        keys={filterTraceKeys}
        error={refused}
      />
      <div className="row">
        <ExperimentPicker chosen={search.experiment} choose={(experiment) => go({ experiment })} />
        {(['session', 'run'] as const).map((field) =>
          search[field] === undefined ? null : (
            <span key={field} className="chip">
              {field} <code>{search[field]}</code>
              <button
                type="button"
                onClick={() => go({ [field]: undefined })}
                aria-label={`Not only this ${field}`}
              >
                ×
              </button>
            </span>
          ),
        )}
      </div>
      {refused === null ? <TraceList query={search} title="Traces" /> : null}
    </PageFrame>
  );
}

function Answer({ rows, hasMore }: { rows: readonly TraceItem[]; hasMore: boolean }) {
  const newest = rows[0];
  if (newest === undefined)
    return <p>What programs did step by step: calls, prompts, tools, and what they cost.</p>;
  const failed = rows.filter(({ state }) => state === 'error').length;
  const cost = rows.reduce((sum, row) => sum + (row.cost ?? 0), 0);
  return (
    <p>
      Newest:{' '}
      <Link to="/tracking/traces/$trace" params={{ trace: newest.id }}>
        {newest.name ?? newest.id.slice(0, 12)}
      </Link>
      , <Moment at={newest.startedAt} />
      {newest.durationMs === null ? '' : `, took ${duration(newest.durationMs)}`}. Of the{' '}
      {plural(rows.length, 'trace')}
      {hasMore ? ' fetched' : ''}, {failed} failed; together {costText(cost)}.
    </p>
  );
}
