import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { DatasetVersionItem } from '../../api/answers.ts';
import { nextPage, rowsOf } from '../../api/list-pages.ts';
import { datasetVersions } from '../../api/queries.ts';
import { Digest } from '../../components/copy-text.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Moment } from '../../components/moment.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Section } from '../../components/section.tsx';
import { count, plural } from '../../format/figures.ts';
import { FindingCounts } from './finding-counts.tsx';

const COLUMNS: readonly Column<DatasetVersionItem>[] = [
  {
    id: 'number',
    header: 'Version',
    heads: true,
    value: (row) => row.number,
    show: (row) => (
      <Link to="/data/$dataset/$number" params={{ dataset: row.dataset, number: String(row.number) }}>
        version {row.number}
      </Link>
    ),
  },
  { id: 'rows', header: 'Rows', number: true, value: (row) => row.rows, show: (row) => count(row.rows) },
  { id: 'findings', header: 'Findings', show: (row) => <FindingCounts counts={row.findings} /> },
  { id: 'digest', header: 'Digest', show: (row) => <Digest digest={row.digest} label="digest" /> },
  {
    id: 'at',
    header: 'Added',
    value: (row) => row.createdAt,
    show: (row) => <Moment at={row.createdAt} />,
  },
  { id: 'actor', header: 'By', show: (row) => row.actor },
  {
    id: 'diff',
    header: 'Compare',
    show: (row) =>
      row.number === 1 ? (
        <span className="quiet">the first</span>
      ) : (
        <Link
          to="/data/$dataset/$number"
          params={{ dataset: row.dataset, number: String(row.number) }}
          search={{ from: row.number - 1 }}
        >
          with version {row.number - 1}
        </Link>
      ),
  },
];

/** The versions of a dataset, newest first. */
export function DatasetPage() {
  const { dataset } = useParams({ from: '/data/$dataset' });
  const query = useInfiniteQuery(datasetVersions(dataset));
  const rows = query.data ? rowsOf(query.data) : [];
  const newest = rows[0];
  return (
    <PageFrame
      title={dataset}
      trail={[{ label: 'Data', to: '/data' }]}
      answer={
        newest === undefined ? null : (
          <p>
            Version {newest.number} is the newest: {plural(newest.rows, 'row')}, added{' '}
            <Moment at={newest.createdAt} />.
          </p>
        )
      }
    >
      <QueryView query={query}>
        {() => (
          <Section title="Versions">
            <DataTable
              label={`Versions of ${dataset}`}
              rows={rows}
              columns={COLUMNS}
              rowKey={(row) => row.digest}
              more={nextPage(query)}
            />
          </Section>
        )}
      </QueryView>
    </PageFrame>
  );
}
