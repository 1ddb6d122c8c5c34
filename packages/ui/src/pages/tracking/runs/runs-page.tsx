import '../../../styles/tracking.css';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { filterRunKeys } from '../../../api/filter-keys.ts';
import { rowsOf } from '../../../api/list-pages.ts';
import { overview } from '../../../api/queries.ts';
import { refusalOf } from '../../../api/request.ts';
import type { ListedRun } from '../../../api/tracking-answers.ts';
import { listedRuns } from '../../../api/tracking-queries.ts';
import type { RunsSearch } from '../../../app/tracking-routes.ts';
import { FilterBox } from '../../../components/filter-box.tsx';
import { Moment } from '../../../components/moment.tsx';
import { PageFrame } from '../../../components/page-frame.tsx';
import { duration, plural } from '../../../format/figures.ts';
import { RUN_FILTERS } from '../filter-grammars.ts';
import { TrackingNav } from '../tracking-nav.tsx';
import { changed } from './run-search.ts';
import { RunsList } from './runs-list.tsx';
import { RunsToolbar } from './runs-toolbar.tsx';
import { useColumns } from './use-columns.ts';

const PAGE = 100;

/** Every run: filtered, ordered and with the columns that the address says; some of them to be compared. */
export function RunsPage() {
  const search = useSearch({ from: '/tracking' });
  const navigate = useNavigate({ from: '/tracking' });
  const go = (next: RunsSearch) => void navigate({ to: '/tracking', search: next });
  const columns = useColumns(search);
  const query = useInfiniteQuery({
    ...listedRuns({
      experiment: search.experiment,
      parent: search.parent,
      filter: search.filter,
      order: search.order,
      columns: columns.asked,
      limit: PAGE,
    }),
    enabled: columns.asked !== undefined,
  });
  const rows = useMemo(() => (query.data ? rowsOf(query.data) : []), [query.data]);
  const refused = search.filter ? refusalOf(query.error) : null;
  return (
    <PageFrame
      title="Tracking"
      actions={<TrackingNav />}
      answer={<Answer rows={rows} search={search} hasMore={query.hasNextPage} />}
    >
      <FilterBox
        label="filter of the runs"
        placeholder="metrics.auc > 0.7 and params.lr < 0.1"
        grammar={RUN_FILTERS}
        filter={search.filter ?? ''}
        apply={(filter) => go(changed(search, { filter }))}
        keys={filterRunKeys}
        error={refused}
      />
      <RunsToolbar search={search} columns={columns.shown} go={go} />
      {refused === null ? (
        <RunsList query={query} rows={rows} columns={columns} search={search} go={go} />
      ) : null}
    </PageFrame>
  );
}

interface AnswerProps {
  rows: readonly ListedRun[];
  search: RunsSearch;
  hasMore: boolean;
}

/** The newest or the leading run in words; of the whole project what the overview says. */
function Answer({ rows, search, hasMore }: AnswerProps) {
  const { data } = useQuery(overview());
  const first = rows[0];
  if (first === undefined) return <p>What ran, from which commit, on which rows, with what result.</p>;
  const { filter, experiment, parent, order } = search;
  const isWhole = [filter, experiment, parent, order].every((field) => field === undefined);
  const fact = data?.stages.find(({ stage }) => stage === 'tracking')?.fact;
  if (isWhole && fact !== undefined) return <p>{fact}</p>;
  const running = rows.filter(({ status }) => status === 'running').length;
  return (
    <p>
      {hasMore ? 'More than ' : ''}
      {plural(rows.length, 'run')} here.{' '}
      {order === undefined ? 'Newest: ' : `First by ${order.replace(/ (ASC|DESC)$/, '')}: `}
      <Link to="/tracking/runs/$run" params={{ run: first.id }}>
        {first.name}
      </Link>
      , {first.status === 'running' ? 'running since' : first.status}{' '}
      <Moment at={first.endedAt ?? first.startedAt} />
      {first.endedAt === null ? '' : ` after ${duration(first.endedAt - first.startedAt)}`}.
      {running === 0 ? '' : ` ${running} of those shown ${running === 1 ? 'is' : 'are'} running.`}
    </p>
  );
}
