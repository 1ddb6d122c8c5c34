import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { EndpointAnswer } from '../../api/answers.ts';
import { endpoint, overview } from '../../api/queries.ts';
import { EXACT } from '../../app/exact-link.ts';
import type { EndpointSearch } from '../../app/router.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { Loading, QueryView } from '../../components/query-view.tsx';
import { TabRow } from '../../components/tab-row.tsx';
import { ConditionBadge } from '../../components/verdict-badge.tsx';
import { periodOf, RANGES } from './endpoint-period.ts';
import { ENDPOINT_CONDITIONS } from './endpoint-state.ts';

const TABS = [
  { tab: 'traffic', label: 'Traffic' },
  { tab: 'drift', label: 'Drift' },
  { tab: 'performance', label: 'Performance' },
  { tab: 'alerts', label: 'Alerts' },
  { tab: 'try', label: 'Try it' },
] as const;

const PANELS = {
  traffic: lazy(() => import('./traffic-panel.tsx').then(({ TrafficPanel }) => ({ default: TrafficPanel }))),
  drift: lazy(() =>
    import('../monitoring/drift-panel.tsx').then(({ DriftPanel }) => ({ default: DriftPanel })),
  ),
  performance: lazy(() =>
    import('../monitoring/performance-panel.tsx').then(({ PerformancePanel }) => ({
      default: PerformancePanel,
    })),
  ),
  alerts: lazy(() =>
    import('../monitoring/alerts-panel.tsx').then(({ AlertsPanel }) => ({ default: AlertsPanel })),
  ),
  try: lazy(() => import('./try-panel.tsx').then(({ TryPanel }) => ({ default: TryPanel }))),
};

/** What every part of an endpoint's page is given. */
export interface PanelProps {
  endpoint: EndpointAnswer;
  period: { from: number; to: number };
  search: EndpointSearch;
}

/** An endpoint: the answer in words, then its traffic, drift, performance, alerts, and a form to try it. */
export function EndpointPage() {
  const { endpoint: name } = useParams({ from: '/serving/$endpoint' });
  const search = useSearch({ from: '/serving/$endpoint' });
  const query = useQuery(endpoint(name));
  const { data: project } = useQuery(overview());
  const tab = search.tab ?? 'traffic';
  const Panel = PANELS[tab];
  const isOverTime = tab !== 'try' && tab !== 'alerts';
  return (
    <PageFrame
      title={name}
      trail={[{ label: 'Serving', to: '/serving' }]}
      actions={query.data ? <State endpoint={query.data} /> : null}
      answer={query.data ? <p>{query.data.answer}</p> : null}
    >
      <TabRow label={`Parts of ${name}`} current={tab}>
        {TABS.map(({ tab: to, label }) => (
          <Link
            key={to}
            data-part={to}
            to="/serving/$endpoint"
            params={{ endpoint: name }}
            search={withTab(search, to)}
            aria-current={to === tab ? 'page' : undefined}
            activeOptions={EXACT}
          >
            {label}
          </Link>
        ))}
      </TabRow>
      {isOverTime ? <Ranges name={name} search={search} /> : null}
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
function withTab({ range }: EndpointSearch, tab: NonNullable<EndpointSearch['tab']>): EndpointSearch {
  return { ...(range === undefined ? {} : { range }), ...(tab === 'traffic' ? {} : { tab }) };
}
