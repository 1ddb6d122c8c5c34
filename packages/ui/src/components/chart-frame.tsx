import { useId, useState } from 'react';
import { ScrollBox } from './scroll-box.tsx';

export interface ChartData {
  columns: readonly string[];
  rows: readonly (readonly (string | number | null)[])[];
}

interface Props {
  title: string;
  /** What the picture says, and of how many. */
  says?: React.ReactNode;
  /** The same as a table and as CSV. */
  data: ChartData;
  /** Name of the file that is downloaded. */
  file: string;
  children: React.ReactNode;
}

/** A chart with its heading, its data as a table, and a download. */
export function ChartFrame({ title, says, data, file, children }: Props) {
  const [view, setView] = useState<'chart' | 'table'>('chart');
  const id = useId();
  return (
    <figure className="chart-frame" aria-labelledby={id}>
      <figcaption>
        <span id={id}>
          <strong>{title}</strong>
          {says === undefined ? null : <span className="quiet"> {says}</span>}
        </span>
        <span className="chart-acts">
          <button
            type="button"
            className="text-button"
            aria-pressed={view === 'table'}
            onClick={() => setView(view === 'chart' ? 'table' : 'chart')}
          >
            {view === 'chart' ? 'table' : 'chart'}
            <span className="hidden-text"> of {title}</span>
          </button>
          <button type="button" className="text-button" onClick={() => download(file, data)}>
            CSV<span className="hidden-text"> of {title}</span>
          </button>
        </span>
      </figcaption>
      {view === 'chart' ? children : <ChartTable title={title} data={data} />}
    </figure>
  );
}

/** Longer tables are for the download. */
const MOST_ROWS = 500;

function ChartTable({ title, data }: { title: string; data: ChartData }) {
  const rest = data.rows.length - MOST_ROWS;
  return (
    <ScrollBox className="chart-table" label={`Data of ${title}`}>
      <table>
        <thead>
          <tr>
            {data.columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.rows.slice(0, MOST_ROWS).map((row) => (
            <tr key={row.join(' ')}>
              {row.map((value, column) => (
                <td key={data.columns[column]}>{shortened(value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rest > 0 ? <p className="quiet">{rest} more rows are in the CSV.</p> : null}
    </ScrollBox>
  );
}

/** The download has every digit; people need six. */
function shortened(value: string | number | null): string | number {
  return typeof value === 'number' ? Number(value.toPrecision(6)) : (value ?? '—');
}

function download(file: string, { columns, rows }: ChartData): void {
  const text = [columns, ...rows].map((row) => row.map(csvField).join(',')).join('\r\n');
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([`${text}\r\n`], { type: 'text/csv' }));
  link.download = `${file}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
}

function csvField(value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
