import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Alert } from '../../api/answers.ts';
import { nextPage, rowsOf } from '../../api/list-pages.ts';
import { alerts } from '../../api/queries.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Moment } from '../../components/moment.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Section } from '../../components/section.tsx';
import { TierBadge } from '../../components/tier-badge.tsx';
import { count, plainFigure } from '../../format/figures.ts';

const LOUDNESS = { page: 3, ticket: 2, digest: 1 } as const;

const COLUMNS: readonly Column<Alert>[] = [
  { id: 'tier', header: 'Tier', value: (row) => LOUDNESS[row.tier], show: (row) => <TierBadge {...row} /> },
  {
    id: 'title',
    header: 'What',
    heads: true,
    value: (row) => row.title,
    show: (row) => (
      <Link className="wrapping" to="/monitoring/$alert" params={{ alert: row.id }}>
        {row.title}
      </Link>
    ),
  },
  {
    id: 'effect',
    header: 'Effect',
    number: true,
    value: (row) => row.evidence.effect,
    show: (row) => plainFigure(row.evidence.effect),
  },
  {
    id: 'n',
    header: 'n',
    number: true,
    value: (row) => row.evidence.n,
    show: (row) => count(row.evidence.n),
  },
  {
    id: 'when',
    header: 'Opened',
    value: (row) => row.openedAt,
    show: (row) => (
      <>
        <Moment at={row.openedAt} />
        {row.resolvedAt === null ? null : (
          <span className="quiet small">
            <br />
            resolved <Moment at={row.resolvedAt} />
          </span>
        )}
      </>
    ),
  },
  {
    id: 'of',
    header: 'Of',
    show: (row) => (
      <Link className="unbroken" to="/serving/$endpoint" params={{ endpoint: row.endpoint }}>
        {row.endpoint} v{row.version}
      </Link>
    ),
  },
];

interface Props {
  endpoint?: string | undefined;
  state?: string | undefined;
  tier?: string | undefined;
}

/** Alerts, a page at a time. */
export function AlertTable(filter: Props) {
  const query = useInfiniteQuery(alerts(filter));
  return (
    <QueryView query={query} rows={6}>
      {(data) => {
        const rows = rowsOf(data);
        return (
          <Section title="Alerts" says="Newest first.">
            {rows.length === 0 ? (
              <p className="quiet">None.</p>
            ) : (
              <DataTable
                label="Alerts"
                rows={rows}
                columns={COLUMNS}
                rowKey={({ id }) => id}
                more={nextPage(query)}
              />
            )}
          </Section>
        );
      }}
    </QueryView>
  );
}
