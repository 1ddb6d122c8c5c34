import { Link } from '@tanstack/react-router';
import { type Column, DataTable } from '../../../components/data-table.tsx';
import { LongText } from '../../../components/long-text.tsx';
import { plural } from '../../../format/figures.ts';

export interface DifferenceRow {
  key: string;
  /** As they are compared and found, by run; a run that has none is left out. */
  values: Readonly<Record<string, string>>;
  differs: boolean;
}

interface Props {
  label: string;
  /** What the rows are: 'Parameter', 'Package'. */
  header: string;
  rows: readonly DifferenceRow[];
  runs: readonly { id: string; name: string }[];
  /** As a cell shows it, where that is more than its text. */
  show?: (row: DifferenceRow, run: string) => React.ReactNode;
  /** Also what is the same everywhere. */
  all: boolean;
}

/** More would not stand beside each other: then the values are counted instead. */
export const BESIDE = 6;

/** Keys below each other, runs beside each other; of many runs which values there are, and of how many. */
export function DifferenceTable({ label, header, rows, runs, show, all }: Props) {
  const shown = all ? rows : rows.filter(({ differs }) => differs);
  if (rows.length === 0) return <p className="quiet">None are on record.</p>;
  if (shown.length === 0) return <p className="quiet">The same everywhere: all {rows.length}.</p>;
  const key: Column<DifferenceRow> = {
    id: 'key',
    header,
    heads: true,
    value: (row) => row.key,
    show: (row) => <span className="broken">{row.key}</span>,
  };
  const columns =
    runs.length <= BESIDE
      ? [key, ...runs.map((run) => runColumn(run, show))]
      : [key, ...countColumns(runs.length)];
  return <DataTable label={label} rows={shown} columns={columns} rowKey={(row) => row.key} />;
}

function runColumn({ id, name }: { id: string; name: string }, show: Props['show']): Column<DifferenceRow> {
  return {
    id,
    header: name,
    show: (row) => {
      if (row.values[id] === undefined) return <span className="quiet">—</span>;
      return <span className="compared-value">{show?.(row, id) ?? <LongText text={row.values[id]} />}</span>;
    },
  };
}

const MOST_VALUES = 6;

function countColumns(runs: number): Column<DifferenceRow>[] {
  const distinct = ({ values }: DifferenceRow) => new Set(Object.values(values)).size;
  return [
    { id: 'distinct', header: 'Values', number: true, value: distinct, show: distinct },
    { id: 'values', header: 'Which, in how many runs', show: (row) => <Counted row={row} /> },
    {
      id: 'without',
      header: 'Without',
      number: true,
      value: ({ values }) => runs - Object.keys(values).length,
      show: ({ values }) => runs - Object.keys(values).length || <span className="quiet">—</span>,
    },
  ];
}

function Counted({ row: { values } }: { row: DifferenceRow }) {
  const counts = new Map<string, number>();
  for (const value of Object.values(values)) counts.set(value, (counts.get(value) ?? 0) + 1);
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  return (
    <span className="row counted">
      {sorted.slice(0, MOST_VALUES).map(([value, size]) => (
        <span key={value}>
          <code>{value.length > 32 ? `${value.slice(0, 31)}…` : value}</code>{' '}
          <span className="quiet small">× {size}</span>
        </span>
      ))}
      {sorted.length > MOST_VALUES ? (
        <span className="quiet small">{plural(sorted.length - MOST_VALUES, 'more value')}</span>
      ) : null}
    </span>
  );
}

/** Shows or leaves out what is the same everywhere. */
export function AllToggle({
  all,
  change,
}: {
  all: boolean;
  change: (fields: { all: true | undefined }) => void;
}) {
  return (
    <label className="check small">
      <input type="checkbox" checked={all} onChange={() => change({ all: all ? undefined : true })} /> also
      what is the same
    </label>
  );
}

/** The runs that are compared, with their links; of many only the first. */
export function RunNames({ runs }: { runs: readonly { id: string; name: string }[] }) {
  return (
    <ul className="row">
      {runs.slice(0, BESIDE).map(({ id, name }) => (
        <li key={id}>
          <Link to="/tracking/runs/$run" params={{ run: id }}>
            {name}
          </Link>
        </li>
      ))}
      {runs.length > BESIDE ? <li className="quiet">and {runs.length - BESIDE} more</li> : null}
    </ul>
  );
}
