import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { EndpointAnswer, PeriodAnswer, SeriesPoint } from '../../api/answers.ts';
import { period as readPeriod, series as readSeries } from '../../api/queries.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Moment } from '../../components/moment.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Section } from '../../components/section.tsx';
import { TimeChart, type TimeSeries } from '../../components/time-chart.tsx';
import { count, duration, plural, share } from '../../format/figures.ts';
import { curlOf } from './curl.ts';
import type { PanelProps } from './endpoint-page.tsx';
import { stepOf } from './endpoint-period.ts';
import { versionChanges } from './version-changes.ts';

const WHOLE = (value: number | null) => (value === null ? '—' : count(Math.round(value)));
const SHARE = (value: number | null) => share(value);
const TIME = (value: number | null) => duration(value);

/** How much was asked, how fast the answers came, how many failed; then what served when. */
export function TrafficPanel({ endpoint, period }: PanelProps) {
  const step = stepOf(period);
  const query = useQuery(readSeries(endpoint.endpoint, period, step));
  const whole = useQuery(readPeriod(endpoint.endpoint, period));
  return (
    <div className="stack">
      <QueryView query={whole} rows={2}>
        {(data) => <Totals period={data} />}
      </QueryView>
      <QueryView query={query} rows={12}>
        {({ items }) =>
          items.every((point) => point.predictions === 0) ? (
            <EmptyState title="No requests in this time." command={curlOf(endpoint)}>
              Choose a longer time, or send one.
            </EmptyState>
          ) : (
            <Charts name={endpoint.endpoint} points={items} step={step} />
          )
        }
      </QueryView>
      <Deployments endpoint={endpoint} />
    </div>
  );
}

function Totals({ period }: { period: PeriodAnswer }) {
  const failures = Object.values(period.failures).reduce((sum, n) => sum + n, 0);
  const asked = period.predictions + failures;
  return (
    <dl className="big-figures card">
      <div>
        <dt>Predictions of version {period.version}</dt>
        <dd>{count(period.predictions)}</dd>
      </div>
      <div>
        <dt>Refused or failed</dt>
        <dd>
          {count(failures)}{' '}
          <span className="quiet small">
            {asked === 0 ? '' : `${share(failures / asked)} of ${count(asked)}`}
          </span>
        </dd>
      </div>
      <div>
        <dt>Latency, median · 95 % · 99 %</dt>
        <dd>
          {period.latency === null
            ? '—'
            : `${duration(period.latency.p50)} · ${duration(period.latency.p95)} · ${duration(period.latency.p99)}`}
        </dd>
      </div>
      {Object.entries(period.failures).map(([code, n]) => (
        <div key={code}>
          <dt>
            <code>{code}</code>
          </dt>
          <dd>{count(n)}</dd>
        </div>
      ))}
      {period.shed === 0 ? null : (
        <div>
          <dt>Served, but not counted</dt>
          <dd>{count(period.shed)}</dd>
        </div>
      )}
    </dl>
  );
}

interface ChartsProps {
  name: string;
  points: readonly SeriesPoint[];
  step: string;
}

function Charts({ name, points, step }: ChartsProps) {
  const { times, moments, traffic, latency, failures } = useMemo(() => seriesOf(points), [points]);
  const total = points.reduce((sum, { predictions }) => sum + predictions, 0);
  const shared = { says: `n ${count(total)}, by ${step}`, times, moments, fromZero: true };
  return (
    <Section title="Over time" says={plural(points.length, step)}>
      <div className="stack">
        <TimeChart {...shared} title="Predictions" file={`${name}-traffic`} series={traffic} format={WHOLE} />
        <div className="columns">
          <TimeChart {...shared} title="Latency" file={`${name}-latency`} series={latency} format={TIME} />
          <TimeChart
            {...shared}
            title="Share refused or failed"
            file={`${name}-failures`}
            series={failures}
            format={SHARE}
          />
        </div>
      </div>
    </Section>
  );
}

/** What is drawn, made once a set of points: charts are drawn anew where they are given something new. */
function seriesOf(points: readonly SeriesPoint[]) {
  const line = (label: string, colour: string, values: (number | null)[]): TimeSeries => ({
    label,
    colour,
    values,
  });
  const bars = (...of: Parameters<typeof line>): TimeSeries => ({ ...line(...of), style: 'bars' });
  const dashed = (...of: Parameters<typeof line>): TimeSeries => ({ ...line(...of), style: 'dashed' });
  return {
    times: points.map(({ start }) => start),
    moments: versionChanges(points),
    traffic: [
      bars(
        'predictions',
        '--series-current',
        points.map(({ predictions }) => predictions),
      ),
    ],
    latency: [
      line(
        'median',
        '--series-current',
        points.map((point) => point.latency?.p50 ?? null),
      ),
      dashed(
        '95 %',
        '--series-second',
        points.map((point) => point.latency?.p95 ?? null),
      ),
      dashed(
        '99 %',
        '--series-third',
        points.map((point) => point.latency?.p99 ?? null),
      ),
    ],
    failures: [bars('refused or failed', '--series-bad', points.map(failedShare))],
  };
}

function failedShare({ failures, predictions }: SeriesPoint): number | null {
  return failures + predictions === 0 ? null : failures / (failures + predictions);
}

type Deployment = EndpointAnswer['deployments'][number];

const DEPLOYMENTS: readonly Column<Deployment>[] = [
  {
    id: 'version',
    header: 'Version',
    heads: true,
    value: (row) => row.version,
    show: (row) => (
      <Link to="/registry/$model/$number" params={{ model: row.model, number: String(row.version) }}>
        {row.model} version {row.version}
      </Link>
    ),
  },
  { id: 'from', header: 'From', value: (row) => row.startedAt, show: (row) => <Moment at={row.startedAt} /> },
  {
    id: 'to',
    header: 'To',
    value: (row) => row.endedAt,
    show: (row) => (row.endedAt === null ? <strong>serves now</strong> : <Moment at={row.endedAt} />),
  },
  { id: 'reason', header: 'Why', show: (row) => <span className="wrapping">{row.reason}</span> },
  { id: 'actor', header: 'By', show: (row) => row.actor },
];

function Deployments({ endpoint }: { endpoint: EndpointAnswer }) {
  if (endpoint.deployments.length === 0) return null;
  return (
    <Section title="What served when">
      <DataTable
        label="Deployments"
        rows={endpoint.deployments}
        columns={DEPLOYMENTS}
        rowKey={(row) => row.id}
      />
    </Section>
  );
}
