import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { RunAnswer } from '../../api/answers.ts';
import { run } from '../../api/queries.ts';
import { Digest } from '../../components/copy-text.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Moment } from '../../components/moment.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Section } from '../../components/section.tsx';
import { ConditionBadge } from '../../components/verdict-badge.tsx';
import { bytes, duration, metricFigure, metricName, plural } from '../../format/figures.ts';
import { MetricHistory } from './metric-history.tsx';
import { RUN_CONDITIONS } from './run-columns.tsx';
import { RunTable } from './run-table.tsx';

/** A run: what it was given, what it gave, and from which source. */
export function RunPage() {
  const { run: id } = useParams({ from: '/tracking/$run' });
  const query = useQuery(run(id));
  return (
    <PageFrame
      title={query.data?.name ?? `Run ${id.slice(0, 8)}`}
      trail={[{ label: 'Tracking', to: '/tracking' }]}
      answer={query.data ? <Answer run={query.data} /> : null}
    >
      <QueryView query={query} rows={10}>
        {(data) => (
          <div className="stack">
            <div className="columns">
              <Metrics run={data} />
              <Pairs title="Parameters" pairs={data.params} empty="None were logged." />
            </div>
            <MetricHistory run={data} />
            <div className="columns">
              <Source run={data} />
              <Artifacts run={data} />
            </div>
            {Object.keys(data.tags).length === 0 ? null : <Pairs title="Tags" pairs={data.tags} empty="" />}
            {data.children === 0 ? null : (
              <RunTable title={`Its ${plural(data.children, 'run')}`} parent={data.id} />
            )}
          </div>
        )}
      </QueryView>
    </PageFrame>
  );
}

function Answer({ run: { status, startedAt, endedAt, experiment, parent } }: { run: RunAnswer }) {
  return (
    <p>
      <ConditionBadge condition={RUN_CONDITIONS[status]}>{status}</ConditionBadge> Started{' '}
      <Moment at={startedAt} />
      {endedAt === null ? '' : `, took ${duration(endedAt - startedAt)}`}, experiment “{experiment}”
      {parent === null ? null : (
        <>
          , part of{' '}
          <Link to="/tracking/$run" params={{ run: parent }}>
            run {parent.slice(0, 8)}
          </Link>
        </>
      )}
      .
    </p>
  );
}

type Metric = RunAnswer['metrics'][number];

const METRICS: readonly Column<Metric>[] = [
  { id: 'key', header: 'Metric', heads: true, value: ({ key }) => key, show: ({ key }) => metricName(key) },
  {
    id: 'value',
    header: 'Latest',
    number: true,
    value: ({ value }) => value,
    show: ({ value, special }) => special ?? metricFigure(value),
  },
  { id: 'min', header: 'Least', number: true, value: ({ min }) => min, show: ({ min }) => metricFigure(min) },
  { id: 'max', header: 'Most', number: true, value: ({ max }) => max, show: ({ max }) => metricFigure(max) },
  { id: 'step', header: 'Step', number: true, value: ({ step }) => step, show: ({ step }) => step },
];

function Metrics({ run: { metrics } }: { run: RunAnswer }) {
  return (
    <Section
      title="Metrics"
      says="As the run logged them; verdicts with intervals are with the model version."
    >
      {metrics.length === 0 ? (
        <p className="quiet">None were logged.</p>
      ) : (
        <DataTable label="Metrics" rows={metrics} columns={METRICS} rowKey={({ key }) => key} />
      )}
    </Section>
  );
}

function Pairs({ title, pairs, empty }: { title: string; pairs: Record<string, string>; empty: string }) {
  const entries = Object.entries(pairs).sort(([a], [b]) => a.localeCompare(b));
  return (
    <Section title={title}>
      {entries.length === 0 ? <p className="quiet">{empty}</p> : null}
      <dl className="facts">
        {entries.map(([key, value]) => (
          <div key={key} className="fact">
            <dt>{key}</dt>
            <dd>
              <code>{value}</code>
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function Source({ run: { source, inputs, outputs, actor, id } }: { run: RunAnswer }) {
  return (
    <Section title="Where it came from">
      <dl className="facts">
        <dt>Run</dt>
        <dd>
          <Digest digest={id} label="id of the run" />
        </dd>
        <dt>By</dt>
        <dd>{actor}</dd>
        <dt>Commit</dt>
        <dd>
          {source?.commit ? (
            <Digest digest={source.commit} label="commit" />
          ) : (
            <span className="quiet">no repository</span>
          )}
          {source?.dirty ? <span className="tag"> with uncommitted changes</span> : null}
        </dd>
        {source === null ? null : (
          <>
            <dt>Command</dt>
            <dd>
              <code>{source.command}</code>
            </dd>
            <dt>Node</dt>
            <dd>{source.nodeVersion}</dd>
          </>
        )}
        {[
          ...inputs.map((link) => ({ ...link, way: 'Read' })),
          ...outputs.map((link) => ({ ...link, way: 'Made' })),
        ].map(({ way, kind, digest, name }) => (
          <div key={`${way} ${digest}`} className="fact">
            <dt>{way}</dt>
            <dd>
              {kind.replaceAll('-', ' ')} {name ?? ''}{' '}
              <Digest digest={digest} label={`digest of the ${kind}`} />
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

type File = RunAnswer['artifacts'][number];

const FILES: readonly Column<File>[] = [
  {
    id: 'path',
    header: 'File',
    heads: true,
    value: ({ path }) => path,
    show: ({ path }) => <code>{path}</code>,
  },
  { id: 'size', header: 'Size', number: true, value: ({ size }) => size, show: ({ size }) => bytes(size) },
  {
    id: 'digest',
    header: 'Digest',
    show: ({ digest, path }) => <Digest digest={digest} label={`digest of ${path}`} />,
  },
];

function Artifacts({ run: { artifacts } }: { run: RunAnswer }) {
  return (
    <Section title="Artifacts">
      {artifacts.length === 0 ? (
        <p className="quiet">None were kept.</p>
      ) : (
        <DataTable label="Artifacts" rows={artifacts} columns={FILES} rowKey={({ path }) => path} />
      )}
    </Section>
  );
}
