import '../../../styles/run.css';
import '../../../styles/tracking.css';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { Suspense } from 'react';
import type { RunAnswer } from '../../../api/answers.ts';
import { capture, run } from '../../../api/tracking-queries.ts';
import { EXACT } from '../../../app/exact-link.ts';
import { RUN_TABS, type RunSearch } from '../../../app/tracking-routes.ts';
import { lazyPanel } from '../../../components/lazy-panel.ts';
import { Moment } from '../../../components/moment.tsx';
import { PageFrame } from '../../../components/page-frame.tsx';
import { Loading, QueryView } from '../../../components/query-view.tsx';
import { TabRow } from '../../../components/tab-row.tsx';
import { ConditionBadge } from '../../../components/verdict-badge.tsx';
import { bytes, duration, plural } from '../../../format/figures.ts';
import { RUN_CONDITIONS } from '../runs/run-columns.tsx';
import { LevelBadge } from './level-badge.tsx';

type Tab = (typeof RUN_TABS)[number];

const LABELS: Record<Tab, string> = {
  overview: 'Overview',
  log: 'Log',
  artifacts: 'Artifacts',
  source: 'Source and environment',
  traces: 'Traces',
  reproduce: 'Reproduce',
};

/** What every part of a run's page is given. */
export interface RunPanelProps {
  run: RunAnswer;
  search: RunSearch;
}

const PANELS: Record<Tab, React.LazyExoticComponent<(props: RunPanelProps) => React.ReactNode>> = {
  overview: lazyPanel(() => import('./overview-panel.tsx').then((module) => module.OverviewPanel)),
  log: lazyPanel(() => import('./log-panel.tsx').then((module) => module.LogPanel)),
  artifacts: lazyPanel(() => import('./artifacts-panel.tsx').then((module) => module.ArtifactsPanel)),
  source: lazyPanel(() => import('./source-panel.tsx').then((module) => module.SourcePanel)),
  traces: lazyPanel(() => import('./traces-panel.tsx').then((module) => module.TracesPanel)),
  reproduce: lazyPanel(() => import('./reproduce-panel.tsx').then((module) => module.ReproducePanel)),
};

/** A run: how it went in words, then what it gave, printed, kept, ran on, and whether it can be had again. */
export function RunPage() {
  const { run: id } = useParams({ from: '/tracking/runs/$run' });
  const search = useSearch({ from: '/tracking/runs/$run' });
  const query = useQuery(run(id));
  const tab = search.tab ?? 'overview';
  const Panel = PANELS[tab];
  return (
    <PageFrame
      title={query.data?.name ?? `Run ${id.slice(0, 8)}`}
      trail={[{ label: 'Tracking', to: '/tracking' }]}
      actions={query.data ? <Acts run={query.data} /> : null}
      answer={query.data ? <Answer run={query.data} /> : null}
    >
      <TabRow label="Parts of the run" current={tab}>
        {RUN_TABS.map((to) => (
          <Link
            key={to}
            data-part={to}
            to="/tracking/runs/$run"
            params={{ run: id }}
            search={to === 'overview' ? {} : { tab: to }}
            aria-current={to === tab ? 'page' : undefined}
            activeOptions={EXACT}
          >
            {LABELS[to]}
          </Link>
        ))}
      </TabRow>
      <QueryView query={query} rows={10}>
        {(data) => (
          <Suspense fallback={<Loading rows={10} />}>
            <Panel run={data} search={search} />
          </Suspense>
        )}
      </QueryView>
    </PageFrame>
  );
}

/** How it is, how sure its record is, and the way to have it again. */
function Acts({ run: { id, status } }: { run: RunAnswer }) {
  const { data } = useQuery(capture(id));
  return (
    <span className="row">
      <ConditionBadge condition={RUN_CONDITIONS[status]}>{status}</ConditionBadge>
      {data ? <LevelBadge level={data.level} /> : null}
      <Link
        to="/tracking/runs/$run"
        params={{ run: id }}
        search={{ tab: 'reproduce' }}
        className="plain-button link-button"
        activeOptions={EXACT}
      >
        Reproduce
      </Link>
    </span>
  );
}

const WORDS: Record<RunAnswer['status'], string> = {
  scheduled: 'Waits to start since',
  running: 'Running since',
  finished: 'Finished',
  failed: 'Failed',
  killed: 'Was stopped',
};

function Answer({ run }: { run: RunAnswer }) {
  const { id, status, startedAt, endedAt, experiment, parent, reproduces, metrics, artifacts } = run;
  const { data } = useQuery(capture(id));
  const end = data?.end;
  return (
    <p>
      {WORDS[status]} <Moment at={endedAt ?? startedAt} />
      {endedAt === null ? '' : ` after ${duration(endedAt - startedAt)}`}
      {end === null || end === undefined ? '' : `, ${endingWords(end)}`}, in experiment{' '}
      <Link to="/tracking" search={{ experiment }}>
        {experiment}
      </Link>
      {parent === null ? null : (
        <>
          , part of{' '}
          <Link to="/tracking/runs/$run" params={{ run: parent }}>
            run {parent.slice(0, 8)}
          </Link>
        </>
      )}
      {reproduces === null ? null : (
        <>
          , repeating{' '}
          <Link to="/tracking/runs/$run" params={{ run: reproduces }}>
            run {reproduces.slice(0, 8)}
          </Link>
        </>
      )}
      : {plural(metrics.length, 'metric')}, {plural(artifacts.length, 'artifact')}
      {artifacts.length === 0 ? '' : ` of ${bytes(artifacts.reduce((sum, { size }) => sum + size, 0))}`}.
    </p>
  );
}

function endingWords({ exitCode, signal }: { exitCode: number | null; signal: string | null }): string {
  if (signal !== null) return `ended by ${signal}`;
  return exitCode === null ? 'how it ended is not known' : `exit code ${exitCode}`;
}
