import type { ColumnProfile, DatasetVersionAnswer, Field } from '../../api/answers.ts';
import { ColumnHistogram } from '../../components/column-histogram.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Section } from '../../components/section.tsx';
import { count, plainFigure, share } from '../../format/figures.ts';
import { utc } from '../../format/moments.ts';

interface Row {
  profile: ColumnProfile;
  field: Field | undefined;
  role: 'target' | 'feature' | 'kept';
  rows: number;
}

const columns: readonly Column<Row>[] = [
  {
    id: 'name',
    header: 'Column',
    heads: true,
    value: ({ profile }) => profile.name,
    show: ({ profile, role }) => (
      <>
        {profile.name} {role === 'kept' ? null : <span className="tag">{role}</span>}
      </>
    ),
  },
  {
    id: 'kind',
    header: 'Kind',
    value: ({ profile }) => profile.kind,
    show: ({ profile, field }) => (
      <>
        {profile.kind}
        {field?.unit === undefined ? null : <span className="quiet"> in {field.unit}</span>}
      </>
    ),
  },
  {
    id: 'values',
    header: 'Values',
    show: ({ profile }) => <ColumnHistogram bars={barsOf(profile)} label={profile.name} />,
  },
  {
    id: 'missing',
    header: 'Missing',
    number: true,
    value: ({ profile, rows }) => profile.missing / rows,
    show: ({ profile, rows }) => (profile.missing === 0 ? '0' : share(profile.missing / rows)),
  },
  {
    id: 'distinct',
    header: 'Different',
    number: true,
    value: ({ profile }) => profile.distinct.count,
    show: ({ profile }) => `${profile.distinct.approximate ? '≈ ' : ''}${count(profile.distinct.count)}`,
  },
  { id: 'middle', header: 'Least, median, most', show: ({ profile }) => <Range profile={profile} /> },
  {
    id: 'association',
    header: 'Tells of the target',
    number: true,
    value: ({ profile }) => profile.association?.value ?? null,
    show: ({ profile }) =>
      profile.association === undefined ? (
        <span className="quiet">—</span>
      ) : (
        <span title="2 · AUC − 1, or R²: what this column alone would give on rows it was not fitted on">
          {profile.association.value.toFixed(2)}
        </span>
      ),
  },
];

/** Every column in figures, with its histogram. */
export function ColumnProfiles({ version }: { version: DatasetVersionAnswer }) {
  const { schema, profile } = version;
  const rows: Row[] = profile.columns.map((column) => ({
    profile: column,
    field: schema.fields.find((field) => field.name === column.name),
    role:
      column.name === schema.target?.name
        ? 'target'
        : schema.features.includes(column.name)
          ? 'feature'
          : 'kept',
    rows: profile.rows,
  }));
  return (
    <Section title="Profile" says={`n = ${count(profile.rows)} rows`}>
      <DataTable label="Columns" rows={rows} columns={columns} rowKey={({ profile: { name } }) => name} />
    </Section>
  );
}

function barsOf({ histogram, top, kind }: ColumnProfile): { label: string; count: number }[] {
  if (histogram !== undefined && kind !== 'boolean') {
    const { edges, counts } = histogram;
    const show = (edge: number) => (kind === 'timestamp' ? utc(edge).slice(0, 10) : plainFigure(edge));
    return counts.map((size, bin) => ({
      label: `${show(edges[bin])} to ${show(edges[bin + 1])}`,
      count: size,
    }));
  }
  return top.map(({ value, count: size }) => ({
    label: value === null ? 'missing' : String(value),
    count: size,
  }));
}

function Range({ profile }: { profile: ColumnProfile }) {
  const { minimum, maximum, quantiles, kind, top } = profile;
  if (kind === 'category' || kind === 'boolean' || minimum === undefined || maximum === undefined)
    return <span className="quiet">{top[0] === undefined ? '—' : `most often ${top[0].value}`}</span>;
  const median = quantiles?.find(({ p }) => p === 0.5)?.value;
  const show = (value: number | undefined) =>
    value === undefined ? '—' : kind === 'timestamp' ? utc(value).slice(0, 10) : plainFigure(value);
  return (
    <>
      <span className="quiet">{show(minimum)}</span> · {show(median)} ·{' '}
      <span className="quiet">{show(maximum)}</span>
    </>
  );
}
