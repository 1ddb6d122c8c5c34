import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { DatasetItem } from '../../api/answers.ts';
import { nextPage, rowsOf } from '../../api/list-pages.ts';
import { datasets } from '../../api/queries.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Moment } from '../../components/moment.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Section } from '../../components/section.tsx';
import { count, plural } from '../../format/figures.ts';
import { FindingCounts } from './finding-counts.tsx';

const COLUMNS: readonly Column<DatasetItem>[] = [
  {
    id: 'name',
    header: 'Dataset',
    heads: true,
    value: (row) => row.name,
    show: (row) => (
      <Link to="/data/$dataset" params={{ dataset: row.name }}>
        {row.name}
      </Link>
    ),
  },
  {
    id: 'latest',
    header: 'Newest',
    show: (row) => (
      <Link to="/data/$dataset/$number" params={{ dataset: row.name, number: String(row.latest.number) }}>
        version {row.latest.number}
      </Link>
    ),
  },
  {
    id: 'versions',
    header: 'Versions',
    number: true,
    value: (row) => row.versions,
    show: (row) => row.versions,
  },
  {
    id: 'rows',
    header: 'Rows',
    number: true,
    value: (row) => row.latest.rows,
    show: (row) => count(row.latest.rows),
  },
  { id: 'findings', header: 'Findings', show: (row) => <FindingCounts counts={row.latest.findings} /> },
  {
    id: 'at',
    header: 'Added',
    value: (row) => row.latest.createdAt,
    show: (row) => <Moment at={row.latest.createdAt} />,
  },
];

export function DatasetsPage() {
  const query = useInfiniteQuery(datasets());
  const rows = query.data ? rowsOf(query.data) : [];
  const worst = rows.filter((row) => row.latest.findings.error > 0).length;
  return (
    <PageFrame
      title="Data"
      answer={
        query.data ? (
          <p>
            {plural(rows.length, 'dataset')}
            {worst === 0
              ? ', none with an error in its newest version.'
              : `, ${worst} with errors in the newest version.`}
          </p>
        ) : null
      }
    >
      <QueryView query={query}>
        {() =>
          rows.length === 0 ? (
            <EmptyState title="No data has been read yet." command="npx airworthy data add">
              Reading it makes a version with a profile and findings; ship does it too.
            </EmptyState>
          ) : (
            <Section title="Datasets">
              <DataTable
                label="Datasets"
                rows={rows}
                columns={COLUMNS}
                rowKey={(row) => row.name}
                more={nextPage(query)}
              />
            </Section>
          )
        }
      </QueryView>
    </PageFrame>
  );
}
