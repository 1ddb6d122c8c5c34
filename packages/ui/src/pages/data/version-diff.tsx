import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { DatasetDiffAnswer } from '../../api/answers.ts';
import { rowsOf } from '../../api/list-pages.ts';
import { datasetDiff, datasetVersions } from '../../api/queries.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { Section } from '../../components/section.tsx';
import { count, pValue, share } from '../../format/figures.ts';

type Shift = DatasetDiffAnswer['distributions'][number];

const COLUMNS: readonly Column<Shift>[] = [
  { id: 'column', header: 'Column', heads: true, value: (row) => row.column, show: (row) => row.column },
  {
    id: 'psi',
    header: 'Shift (PSI less chance)',
    number: true,
    value: (row) => row.psi,
    show: (row) => row.psi.toFixed(3),
  },
  {
    id: 'missing',
    header: 'Missing',
    number: true,
    value: (row) => row.missingTo,
    show: (row) => `${share(row.missingFrom)} → ${share(row.missingTo)}`,
  },
  { id: 'p', header: 'p', number: true, value: (row) => row.p, show: (row) => pValue(row.p) },
];

interface Props {
  dataset: string;
  number: number;
  from: number | undefined;
}

/** What changed from another version to this one; which one is in the address. */
export function VersionDiff({ dataset, number, from }: Props) {
  const navigate = useNavigate();
  const versions = useInfiniteQuery(datasetVersions(dataset));
  const others = (versions.data ? rowsOf(versions.data) : []).filter((version) => version.number !== number);
  if (others.length === 0) return null;
  const choose = (event: React.ChangeEvent<HTMLSelectElement>) => {
    const chosen = Number(event.currentTarget.value);
    void navigate({
      to: '/data/$dataset/$number',
      params: { dataset, number: String(number) },
      search: chosen === 0 ? {} : { from: chosen },
      resetScroll: false,
    });
  };
  return (
    <Section
      title="Compared with another version"
      actions={
        <label>
          <span className="hidden-text">Compare with version</span>
          <select className="plain-select" value={from ?? 0} onChange={choose}>
            <option value={0}>compare with …</option>
            {others.map((version) => (
              <option key={version.digest} value={version.number}>
                version {version.number} ({count(version.rows)} rows)
              </option>
            ))}
          </select>
        </label>
      }
    >
      {from === undefined ? (
        <p className="quiet">Choose a version to see rows added and removed, and which columns moved.</p>
      ) : (
        <Diff dataset={dataset} number={number} from={from} />
      )}
    </Section>
  );
}

function Diff({ dataset, number, from }: { dataset: string; number: number; from: number }) {
  const query = useQuery(datasetDiff(dataset, number, from));
  return (
    <QueryView query={query} rows={5}>
      {(diff) => (
        <div className="stack">
          <p>
            From version {from} to version {number}: <strong>{count(diff.rows.added)}</strong> rows added,{' '}
            <strong>{count(diff.rows.removed)}</strong> removed
            {diff.key === undefined
              ? ''
              : `, ${count(diff.rows.changed)} changed (rows told apart by ${diff.key.join(', ')})`}
            , {count(diff.rows.unchanged)} the same.
            <SchemaChanges diff={diff} />
          </p>
          <DataTable
            label="How far each column moved"
            rows={diff.distributions}
            columns={COLUMNS}
            rowKey={(row) => row.column}
          />
        </div>
      )}
    </QueryView>
  );
}

function SchemaChanges({ diff }: { diff: DatasetDiffAnswer }) {
  const changes = [
    ['columns added', diff.columnsAdded],
    ['columns removed', diff.columnsRemoved],
    ['columns changed', diff.columnsChanged.map(({ name }) => name)],
    ['features added', diff.featuresAdded],
    ['features removed', diff.featuresRemoved],
  ] as const;
  const present = changes.filter(([, names]) => names.length > 0);
  if (present.length === 0) return <> The columns are the same.</>;
  return <> {present.map(([what, names]) => `${what}: ${names.join(', ')}`).join('; ')}.</>;
}
