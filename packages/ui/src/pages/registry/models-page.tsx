import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ModelsAnswer } from '../../api/answers.ts';
import { nextPage, rowsOf } from '../../api/list-pages.ts';
import { models } from '../../api/queries.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Moment } from '../../components/moment.tsx';
import { PageFrame } from '../../components/page-frame.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Section } from '../../components/section.tsx';
import { plural } from '../../format/figures.ts';

type Model = ModelsAnswer['items'][number];

const COLUMNS: readonly Column<Model>[] = [
  {
    id: 'name',
    header: 'Model',
    heads: true,
    value: (row) => row.name,
    show: (row) => (
      <Link to="/registry/$model" params={{ model: row.name }}>
        {row.name}
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
  { id: 'aliases', header: 'Aliases', show: (row) => <Aliases model={row} /> },
  {
    id: 'created',
    header: 'First version',
    value: (row) => row.createdAt,
    show: (row) => <Moment at={row.createdAt} />,
  },
];

function Aliases({ model: { name, aliases } }: { model: Model }) {
  return (
    <span className="row">
      {Object.entries(aliases).map(([alias, version]) => (
        <Link key={alias} to="/registry/$model/$number" params={{ model: name, number: String(version) }}>
          {alias} → version {version}
        </Link>
      ))}
    </span>
  );
}

export function ModelsPage() {
  const query = useInfiniteQuery(models());
  const rows = query.data ? rowsOf(query.data) : [];
  return (
    <PageFrame
      title="Registry"
      answer={
        query.data ? (
          <p>{plural(rows.length, 'model')}, each version a signed bundle with its evidence.</p>
        ) : null
      }
    >
      <QueryView query={query}>
        {() =>
          rows.length === 0 ? (
            <EmptyState title="No model is registered yet." command="npx airworthy ship" />
          ) : (
            <Section title="Models">
              <DataTable
                label="Models"
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
