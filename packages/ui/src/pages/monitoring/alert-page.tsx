import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { Alert } from '../../api/answers.ts';
import { alert as readAlert } from '../../api/queries.ts';
import { apiPath, post } from '../../api/request.ts';
import { ActButton } from '../../components/act-button.tsx';
import { Moment } from '../../components/moment.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Section } from '../../components/section.tsx';
import { TierBadge } from '../../components/tier-badge.tsx';
import { count, plainFigure } from '../../format/figures.ts';
import { AlertDetails } from './alert-details.tsx';

/** An alert: its sentence, its evidence, and what may be done about it. */
export function AlertPage() {
  const { alert: id } = useParams({ from: '/monitoring/$alert' });
  const query = useQuery(readAlert(id));
  return (
    <PageFrame
      title={query.data === undefined ? 'Alert' : query.data.kind.replaceAll('-', ' ')}
      trail={[{ label: 'Monitoring', to: '/monitoring' }]}
      answer={query.data ? <p>{query.data.title}</p> : null}
      actions={query.data ? <TierBadge {...query.data} /> : null}
    >
      <QueryView query={query} rows={8}>
        {(alert) => (
          <div className="stack">
            <Acts alert={alert} />
            <div className="columns">
              <Evidence alert={alert} />
              <AlertDetails details={alert.evidence.details} />
            </div>
          </div>
        )}
      </QueryView>
    </PageFrame>
  );
}

function Acts({ alert }: { alert: Alert }) {
  const client = useQueryClient();
  if (alert.state === 'resolved') return null;
  const acknowledge = (action: 'seen' | 'accept-reference') => async (reason: string) => {
    await post(apiPath(`/alerts/${encodeURIComponent(alert.id)}/acknowledge`), { action, reason });
    await client.invalidateQueries();
  };
  return (
    <div className="row" id="acts">
      {alert.state === 'open' ? (
        <ActButton
          label="Acknowledge"
          title="Acknowledge this alert"
          act="Acknowledge"
          perform={acknowledge('seen')}
        >
          <p>{alert.title}</p>
          <p className="quiet">
            It stays listed, is not told again, and resolves itself after clean windows.
          </p>
        </ActButton>
      ) : null}
      {IS_ABOUT_REFERENCE.has(alert.kind) ? (
        <ActButton
          label="Accept as new reference"
          title="Accept what is served now as the reference"
          act="Accept as new reference"
          dangerous
          perform={acknowledge('accept-reference')}
        >
          <p>{alert.title}</p>
          <p className="quiet">
            From now on {alert.endpoint} version {alert.version} is compared with these windows, no longer
            with the rows it was judged on. The old reference is kept.
          </p>
        </ActButton>
      ) : null}
    </div>
  );
}

/** Alerts that say: what comes in is not what the reference was. */
const IS_ABOUT_REFERENCE: ReadonlySet<Alert['kind']> = new Set([
  'input-drift',
  'new-categories',
  'score-drift',
  'broken-column',
]);

function Evidence({ alert }: { alert: Alert }) {
  const { evidence } = alert;
  return (
    <Section title="Evidence">
      <dl className="facts">
        <dt>Effect</dt>
        <dd>
          {plainFigure(evidence.effect)}{' '}
          <span className="quiet">(told from {plainFigure(evidence.threshold)} on)</span>
        </dd>
        <dt>n</dt>
        <dd>{count(evidence.n)}</dd>
        <dt>Of</dt>
        <dd>
          <Link to="/serving/$endpoint" params={{ endpoint: alert.endpoint }}>
            {alert.endpoint}
          </Link>
          ,{' '}
          <Link to="/registry/$model/$number" params={{ model: alert.model, number: String(alert.version) }}>
            {alert.model} version {alert.version}
          </Link>
        </dd>
        {evidence.columns.length === 0 ? null : (
          <>
            <dt>Columns</dt>
            <dd>
              {evidence.columns.map((column, index) => (
                <span key={column}>
                  {index === 0 ? '' : ', '}
                  <Link
                    to="/serving/$endpoint"
                    params={{ endpoint: alert.endpoint }}
                    search={{ tab: 'drift', column }}
                  >
                    {column}
                  </Link>
                </span>
              ))}
            </dd>
          </>
        )}
        <dt>Windows</dt>
        <dd>
          {evidence.windows.map((window) => (
            <p key={`${window.width} ${window.start}`}>
              {window.width} from <Moment at={window.start} />
            </p>
          ))}
        </dd>
        <dt>Opened</dt>
        <dd>
          <Moment at={alert.openedAt} />
        </dd>
        <dt>Last seen</dt>
        <dd>
          <Moment at={alert.lastSeenAt} />
        </dd>
        {alert.resolvedAt === null ? null : (
          <>
            <dt>Resolved</dt>
            <dd>
              <Moment at={alert.resolvedAt} />
            </dd>
          </>
        )}
      </dl>
    </Section>
  );
}
