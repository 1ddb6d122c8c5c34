import '../../../styles/compare.css';
import '../../../styles/run.css';
import '../../../styles/tracking.css';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Suspense, useMemo } from 'react';
import type { ComparisonAnswer } from '../../../api/tracking-answers.ts';
import { compared } from '../../../api/tracking-queries.ts';
import { EXACT } from '../../../app/exact-link.ts';
import { COMPARE_TABS, type CompareSearch } from '../../../app/tracking-routes.ts';
import { EmptyState } from '../../../components/empty-state.tsx';
import { lazyPanel } from '../../../components/lazy-panel.ts';
import { PageFrame } from '../../../components/page-frame.tsx';
import { Loading, QueryView } from '../../../components/query-view.tsx';
import { TabRow } from '../../../components/tab-row.tsx';
import { Answer } from './compare-answer.tsx';
import { type ComparedRun, comparedRuns } from './compared-run.ts';

type Tab = (typeof COMPARE_TABS)[number];

const LABELS: Record<Tab, string> = {
  differences: 'Differences',
  curves: 'Curves',
  parallel: 'Parallel coordinates',
  scatter: 'Scatter',
  code: 'Code',
  data: 'Data',
  environment: 'Environment',
};

/** What every part of the comparison is given. */
export interface ComparePanelProps {
  comparison: ComparisonAnswer;
  runs: readonly ComparedRun[];
  search: CompareSearch;
  /** Puts what it is given into the address; undefined takes a field out. */
  change: (fields: { [Field in keyof CompareSearch]?: CompareSearch[Field] | undefined }) => void;
}

const PANELS: Record<Tab, React.LazyExoticComponent<(props: ComparePanelProps) => React.ReactNode>> = {
  differences: lazyPanel(() => import('./differences-panel.tsx').then((module) => module.DifferencesPanel)),
  curves: lazyPanel(() => import('./curves-panel.tsx').then((module) => module.CurvesPanel)),
  parallel: lazyPanel(() => import('./parallel-panel.tsx').then((module) => module.ParallelPanel)),
  scatter: lazyPanel(() => import('./scatter-panel.tsx').then((module) => module.ScatterPanel)),
  code: lazyPanel(() => import('./code-panel.tsx').then((module) => module.CodePanel)),
  data: lazyPanel(() => import('./facts-panels.tsx').then((module) => module.DataPanel)),
  environment: lazyPanel(() => import('./facts-panels.tsx').then((module) => module.EnvironmentPanel)),
};

/** Runs side by side: the answer in words, then one kind of difference at a time. */
export function ComparePage() {
  const search = useSearch({ from: '/tracking/compare' });
  const navigate = useNavigate({ from: '/tracking/compare' });
  const ids = useMemo(() => (search.runs ?? '').split(',').filter((id) => id !== ''), [search.runs]);
  const query = useQuery({ ...compared(ids), enabled: ids.length > 0 });
  const runs = useMemo(() => (query.data ? comparedRuns(query.data) : []), [query.data]);
  const tab = search.tab ?? 'differences';
  const Panel = PANELS[tab];
  const change: ComparePanelProps['change'] = (fields) => {
    const next = Object.entries({ ...search, ...fields }).filter(
      ([, value]) => value !== undefined && value !== '',
    );
    void navigate({ search: Object.fromEntries(next), replace: true, resetScroll: false });
  };
  return (
    <PageFrame
      title={ids.length === 0 ? 'Compare runs' : `Compare ${ids.length} runs`}
      trail={[{ label: 'Tracking', to: '/tracking' }]}
      answer={query.data ? <Answer comparison={query.data} runs={runs} /> : null}
    >
      {ids.length === 0 ? (
        <EmptyState title="No runs to compare.">
          Choose some in the <Link to="/tracking">list of runs</Link>.
        </EmptyState>
      ) : (
        <>
          <TabRow label="Parts of the comparison" current={tab}>
            {COMPARE_TABS.map((to) => (
              <Link
                key={to}
                data-part={to}
                to="/tracking/compare"
                search={withTab(search, to)}
                aria-current={to === tab ? 'page' : undefined}
                activeOptions={EXACT}
              >
                {LABELS[to]}
              </Link>
            ))}
          </TabRow>
          <QueryView query={query} rows={10}>
            {(comparison) => (
              <Suspense fallback={<Loading rows={10} />}>
                <Panel comparison={comparison} runs={runs} search={search} change={change} />
              </Suspense>
            )}
          </QueryView>
        </>
      )}
    </PageFrame>
  );
}

function withTab({ tab: _, ...rest }: CompareSearch, tab: Tab): CompareSearch {
  return tab === 'differences' ? rest : { ...rest, tab };
}
