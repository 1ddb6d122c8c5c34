import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { Suspense } from 'react';
import type { EndpointAnswer } from '../../api/answers.ts';
import { endpoint, overview } from '../../api/queries.ts';
import { EXACT } from '../../app/exact-link.ts';
import { ENDPOINT_TABS, type EndpointSearch } from '../../app/serving-routes.ts';
import { lazyPanel } from '../../components/lazy-panel.ts';
import { PageFrame } from '../../components/page-frame.tsx';
import { Loading, QueryView } from '../../components/query-view.tsx';
import { TabRow } from '../../components/tab-row.tsx';
import { ConditionBadge } from '../../components/verdict-badge.tsx';
import { periodOf, RANGES } from './endpoint-period.ts';
import { ENDPOINT_CONDITIONS } from './endpoint-state.ts';

type Tab = (typeof ENDPOINT_TABS)[number];

const LABELS: Record<Tab, string> = {
  live: 'Live',
  traffic: 'Traffic',
  rollouts: 'Rollouts',
  drift: 'Drift',
  performance: 'Performance',
  alerts: 'Alerts',
  try: 'Try it',
};

const PANELS = {
  live: lazyPanel<PanelProps>(() => import('./live/live-panel.tsx').then(({ LivePanel }) => LivePanel)),
  traffic: lazyPanel<PanelProps>(() =>
    import('./traffic-panel.tsx').then(({ TrafficPanel }) => TrafficPanel),
  ),
  rollouts: lazyPanel<PanelProps>(() =>
    import('./rollouts/rollouts-panel.tsx').then(({ RolloutsPanel }) => RolloutsPanel),
  ),
  drift: lazyPanel<PanelProps>(() =>
    import('../monitoring/drift-panel.tsx').then(({ DriftPanel }) => DriftPanel),
  ),
  performance: lazyPanel<PanelProps>(() =>
    import('../monitoring/performance-panel.tsx').then(({ PerformancePanel }) => PerformancePanel),
  ),
  alerts: lazyPanel<PanelProps>(() =>
    import('../monitoring/alerts-panel.tsx').then(({ AlertsPanel }) => AlertsPanel),
  ),
  try: lazyPanel<PanelProps>(() => import('./try-panel.tsx').then(({ TryPanel }) => TryPanel)),
};

/** The parts that show a stretch of time chosen by the reader. */
const OVER_TIME: ReadonlySet<Tab> = new Set(['traffic', 'drift', 'performance']);

/** What every part of an endpoint's page is given. */
export interface PanelProps {
  endpoint: EndpointAnswer;
  period: { from: number; to: number };
  search: EndpointSearch;
}

/** An endpoint: the answer in words, then what happens now, its traffic, rollouts, drift, performance, alerts, and a form to try it. */
export function EndpointPage() {
  const { endpoint: name } = useParams({ from: '/serving/$endpoint' });
  const search = useSearch({ from: '/serving/$endpoint' });
  const query = useQuery(endpoint(name));
  const { data: project } = useQuery(overview());
  const tab = search.tab ?? 'live';
  const Panel = PANELS[tab];
  return (
    <PageFrame
      title={name}
      trail={[{ label: 'Serving', to: '/serving' }]}
      actions={query.data ? <State endpoint={query.data} /> : null}
      answer={query.data ? <p>{query.data.answer}</p> : null}
    >
      <TabRow label={`Parts of ${name}`} current={tab}>
        {ENDPOINT_TABS.map((to) => (
          <Link
            key={to}
            data-part={to}
            to="/serving/$endpoint"
            params={{ endpoint: name }}
            search={withTab(search, to)}
            aria-current={to === tab ? 'page' : undefined}
            activeOptions={EXACT}
          >
            {LABELS[to]}
          </Link>
        ))}
      </TabRow>
      {OVER_TIME.has(tab) ? <Ranges name={name} search={search} /> : null}
      <QueryView query={query} rows={10}>
        {(data) =>
          project === undefined ? (
            <Loading rows={10} />
          ) : (
            <Suspense fallback={<Loading rows={10} />}>
              <Panel
                endpoint={data}
                period={periodOf(search.range ?? '28d', project.now, data.versions)}
                search={search}
              />
            </Suspense>
          )
        }
      </QueryView>
    </PageFrame>
  );
}

function State({ endpoint: { state, problem } }: { endpoint: EndpointAnswer }) {
  return (
    <span title={problem ?? undefined}>
      <ConditionBadge condition={ENDPOINT_CONDITIONS[state]}>{state}</ConditionBadge>
    </span>
  );
}

function Ranges({ name, search }: { name: string; search: EndpointSearch }) {
  return (
    <nav className="choices" aria-label="How far back" style={{ justifySelf: 'start' }}>
      {RANGES.map(({ range, label }) => (
        <Link
          key={range}
          to="/serving/$endpoint"
          params={{ endpoint: name }}
          search={{ ...search, range }}
          aria-current={(search.range ?? '28d') === range}
          activeOptions={EXACT}
          resetScroll={false}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}

/** The time stays when the part changes; the chosen column does not. */
function withTab({ range }: EndpointSearch, tab: Tab): EndpointSearch {
  return { ...(range === undefined ? {} : { range }), ...(tab === 'live' ? {} : { tab }) };
}
