import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { rowsOf } from '../../api/list-pages.ts';
import { endpoints } from '../../api/queries.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Moment } from '../../components/moment.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Section } from '../../components/section.tsx';
import { ConditionBadge } from '../../components/verdict-badge.tsx';
import { plural } from '../../format/figures.ts';
import { ENDPOINT_CONDITIONS } from './endpoint-state.ts';
import { ServingNav } from './serving-nav.tsx';

export function EndpointsPage() {
  const query = useInfiniteQuery(endpoints());
  const rows = query.data ? rowsOf(query.data) : [];
  const ready = rows.filter(({ state }) => state === 'ready').length;
  return (
    <PageFrame
      title="Serving"
      actions={<ServingNav />}
      answer={query.data ? <p>{`${plural(rows.length, 'endpoint')}, ${ready} ready.`}</p> : null}
    >
      <QueryView query={query}>
        {() =>
          rows.length === 0 ? (
            <EmptyState title="Nothing serves yet." command="npx airworthy ship --serve" />
          ) : (
            <div className="stack">
              {rows.map((endpoint) => (
                <Section
                  key={endpoint.endpoint}
                  title={endpoint.endpoint}
                  actions={
                    <ConditionBadge condition={ENDPOINT_CONDITIONS[endpoint.state]}>
                      {endpoint.state}
                    </ConditionBadge>
                  }
                >
                  <p>{endpoint.answer}</p>
                  <p className="quiet">
                    {endpoint.deployment === null ? (
                      endpoint.problem
                    ) : (
                      <>
                        version {endpoint.deployment.version} of {endpoint.deployment.model}, since{' '}
                        <Moment at={endpoint.deployment.startedAt} />: {endpoint.deployment.reason}
                      </>
                    )}
                  </p>
                  <p>
                    <Link to="/serving/$endpoint" params={{ endpoint: endpoint.endpoint }}>
                      Live figures, traffic, rollouts, drift
                      <span className="hidden-text"> of {endpoint.endpoint}</span>
                    </Link>
                  </p>
                </Section>
              ))}
            </div>
          )
        }
      </QueryView>
    </PageFrame>
  );
}
