import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { OverviewAnswer, ServedEndpoint } from '../../api/answers.ts';
import { overview } from '../../api/queries.ts';
import { AlertLine } from '../../components/alert-line.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Moment } from '../../components/moment.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Section } from '../../components/section.tsx';
import { ConditionBadge } from '../../components/verdict-badge.tsx';
import { count, plural, share } from '../../format/figures.ts';
import { ENDPOINT_CONDITIONS } from '../serving/endpoint-state.ts';
import { StageCard } from './stage-card.tsx';

/** The project: its eight stages in a row, what serves, and what calls for someone. */
export function ProjectPage() {
  const query = useQuery(overview());
  return (
    <PageFrame
      title={query.data?.project ?? 'Project'}
      answer={query.data ? <Answer {...query.data} /> : null}
    >
      <QueryView query={query} rows={10}>
        {(data) => <Overview {...data} />}
      </QueryView>
    </PageFrame>
  );
}

/** What serves, in words; then how many alerts are open. */
function Answer({ serving, alerts }: OverviewAnswer) {
  const open = alerts.page + alerts.ticket + alerts.digest;
  return (
    <>
      {serving.length === 0 ? <p>Nothing serves yet.</p> : null}
      {serving.map(({ endpoint, answer }) => (
        <p key={endpoint}>{answer}</p>
      ))}
      <p className="quiet">
        {open === 0
          ? 'No alert is open.'
          : `${plural(open, 'alert')} open: ${plural(alerts.page, 'page')}, ${plural(alerts.ticket, 'ticket')}, ${alerts.digest} in the digest.`}
      </p>
    </>
  );
}

function Overview({ stages, serving, alerts, labels, now, version }: OverviewAnswer) {
  return (
    <div className="stack">
      <ol className="stage-row" aria-label="The eight stages">
        {stages.map((fact, index) => (
          <StageCard key={fact.stage} fact={fact} number={index + 1} now={now} />
        ))}
      </ol>
      <div className="columns">
        <Section title="Open alerts" actions={<Link to="/monitoring">all alerts</Link>}>
          {alerts.newest.length === 0 ? (
            <p className="quiet">Nothing calls for anyone.</p>
          ) : (
            <ul className="item-list">
              {loudestFirst(alerts.newest).map((alert) => (
                <AlertLine key={alert.id} alert={alert} now={now} />
              ))}
            </ul>
          )}
        </Section>
        <Section title="What serves" actions={<Link to="/serving">all endpoints</Link>}>
          {serving.length === 0 ? (
            <EmptyState title="Nothing serves yet." command="npx airworthy ship">
              Shipping trains, judges, packs and deploys a model.
            </EmptyState>
          ) : (
            <ul className="item-list">
              {serving.map((endpoint) => (
                <ServingLine
                  key={endpoint.endpoint}
                  endpoint={endpoint}
                  labels={labels.find((state) => state.endpoint === endpoint.endpoint)}
                  now={now}
                />
              ))}
            </ul>
          )}
        </Section>
      </div>
      <p className="quiet small">
        Airworthy {version}. The project’s time is <Moment at={now} />.
      </p>
    </div>
  );
}

const LOUDNESS = ['page', 'ticket', 'digest'];
/** The page of alerts has the rest. */
const MOST_ALERTS = 6;

function loudestFirst(alerts: OverviewAnswer['alerts']['newest']): OverviewAnswer['alerts']['newest'] {
  return alerts.toSorted((a, b) => LOUDNESS.indexOf(a.tier) - LOUDNESS.indexOf(b.tier)).slice(0, MOST_ALERTS);
}

interface ServingProps {
  endpoint: ServedEndpoint;
  labels: OverviewAnswer['labels'][number] | undefined;
  now: number;
}

function ServingLine({ endpoint, labels, now }: ServingProps) {
  const { deployment } = endpoint;
  return (
    <li>
      <span className="row">
        <Link to="/serving/$endpoint" params={{ endpoint: endpoint.endpoint }}>
          <strong>{endpoint.endpoint}</strong>
        </Link>
        <ConditionBadge condition={ENDPOINT_CONDITIONS[endpoint.state]}>{endpoint.state}</ConditionBadge>
      </span>
      {deployment === null ? (
        <span className="quiet">{endpoint.problem ?? 'nothing deployed'}</span>
      ) : (
        <span>
          <Link
            to="/registry/$model/$number"
            params={{ model: deployment.model, number: String(deployment.version) }}
          >
            version {deployment.version} of {deployment.model}
          </Link>{' '}
          since <Moment at={deployment.startedAt} now={now} />
        </span>
      )}
      {labels === undefined ? null : (
        <span className="quiet small">
          {plural(labels.predictions, 'prediction')}, {count(labels.labels)} labelled
          {labels.maturity === null ? '' : `, ${share(labels.maturity)} of the newest window’s labels known`}
        </span>
      )}
    </li>
  );
}
