import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { ColumnPeriod, PeriodAnswer } from '../../api/answers.ts';
import { period as readPeriod } from '../../api/queries.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { DistributionOverlay } from '../../components/distribution-overlay.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Moment } from '../../components/moment.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Section } from '../../components/section.tsx';
import { ConditionBadge } from '../../components/verdict-badge.tsx';
import { count, plural, pValue, share } from '../../format/figures.ts';
import type { PanelProps } from '../serving/endpoint-page.tsx';
import { ColumnInFull } from './column-in-full.tsx';

/** Every column against its reference, the furthest first; one of them in full. */
export function DriftPanel({ endpoint, period, search }: PanelProps) {
  const query = useQuery(readPeriod(endpoint.endpoint, period));
  return (
    <QueryView query={query} rows={10}>
      {(data) =>
        data.predictions === 0 ? (
          <EmptyState title="No requests in this time.">Choose a longer time.</EmptyState>
        ) : (
          <Drift name={endpoint.endpoint} period={data} chosen={search.column} range={search.range} />
        )
      }
    </QueryView>
  );
}

interface DriftProps {
  name: string;
  period: PeriodAnswer;
  chosen: string | undefined;
  range: PanelProps['search']['range'];
}

function Drift({ name, period, chosen, range }: DriftProps) {
  const rows = useMemo(() => rowsOf(period), [period]);
  const columns = useMemo(() => columnsOf(name, range), [name, range]);
  const drifted = period.columns.filter((column) => column.drift?.drifted);
  const full = rows.find(({ column }) => column === chosen);
  return (
    <div className="stack">
      <p className="answer">
        {!period.enough
          ? `Not enough data: ${plural(period.predictions, 'prediction')} in this time, tests need 200.`
          : drifted.length === 0
            ? `No column lies further from its reference than the rule allows.`
            : `${drifted.length} of ${plural(period.columns.length, 'column')} ${drifted.length === 1 ? 'lies' : 'lie'} further from the reference than the rule allows: ${drifted.map(({ column }) => column).join(', ')}.`}{' '}
        <span className="quiet">
          Version {period.version}, n {count(period.predictions)}, <Moment at={period.from} precision="day" />{' '}
          to <Moment at={period.to} precision="day" />. Drift alone never pages: see{' '}
          <Link to="/monitoring">alerts</Link>.
        </span>
      </p>
      {full === undefined ? null : <ColumnInFull column={full} file={`${name}-${full.column}`} />}
      <Section
        title="Columns by effect"
        says="PSI less what chance alone gives; q is adjusted across columns."
        actions={
          <span className="overlay-keys">
            <span>reference</span>
            <span>this time</span>
          </span>
        }
      >
        <DataTable
          label="Columns by how far they lie from their reference"
          rows={rows}
          columns={columns}
          rowKey={({ column }) => column}
          sort={BY_EFFECT}
        />
      </Section>
    </div>
  );
}

const BY_EFFECT = [{ id: 'effect', desc: true }];

/** The score stands among the columns: it drifts as they do. */
function rowsOf({ columns, score }: PeriodAnswer): ColumnPeriod[] {
  return score === null ? columns : [...columns, score];
}

function columnsOf(name: string, range: DriftProps['range']): readonly Column<ColumnPeriod>[] {
  return [
    {
      id: 'column',
      header: 'Column',
      heads: true,
      value: (row) => row.column,
      show: (row) => (
        <Link
          to="/serving/$endpoint"
          params={{ endpoint: name }}
          search={{ tab: 'drift', column: row.column, ...(range === undefined ? {} : { range }) }}
          resetScroll={false}
        >
          {row.column}
        </Link>
      ),
    },
    ...FIGURES,
  ];
}

const FIGURES: readonly Column<ColumnPeriod>[] = [
  {
    id: 'state',
    header: 'State',
    value: (row) => (row.drift === null ? 0 : row.drift.drifted ? 2 : 1),
    show: (row) => <DriftState column={row} />,
  },
  {
    id: 'distribution',
    header: 'Reference and this time',
    show: (row) =>
      row.kind === 'timestamp' ? (
        <span className="quiet small">only missing values are watched</span>
      ) : (
        <DistributionOverlay places={row.places} column={row.column} />
      ),
  },
  {
    id: 'effect',
    header: 'Effect',
    number: true,
    value: (row) => row.drift?.effect ?? null,
    show: (row) => (row.drift === null ? <span className="quiet">—</span> : row.drift.effect.toFixed(3)),
  },
  {
    id: 'missing',
    header: 'Missing',
    number: true,
    value: (row) => row.drift?.missing ?? null,
    show: (row) =>
      row.drift === null ? (
        <span className="quiet">—</span>
      ) : (
        <span title={`reference ${share(row.drift.missingReference)}`}>{share(row.drift.missing)}</span>
      ),
  },
  {
    id: 'unseen',
    header: 'Unseen or out of range',
    number: true,
    value: (row) => (row.drift === null ? null : row.drift.unseen + row.drift.outOfRange),
    show: (row) => share(row.drift === null ? null : row.drift.unseen + row.drift.outOfRange),
  },
  {
    id: 'n',
    header: 'n',
    number: true,
    value: (row) => row.drift?.n ?? null,
    show: (row) => (row.drift === null ? '—' : count(row.drift.n)),
  },
  {
    id: 'q',
    header: 'q',
    number: true,
    value: (row) => row.drift?.q ?? null,
    show: (row) => <span className="quiet">{pValue(row.drift?.q)}</span>,
  },
];

function DriftState({ column: { drift } }: { column: ColumnPeriod }) {
  if (drift === null) return <ConditionBadge condition="idle">not tested</ConditionBadge>;
  return drift.drifted ? (
    <ConditionBadge condition="warn">moved</ConditionBadge>
  ) : (
    <ConditionBadge condition="good">as before</ConditionBadge>
  );
}
