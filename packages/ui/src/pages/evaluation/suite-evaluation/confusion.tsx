import { Link } from '@tanstack/react-router';
import type { ErrorAnalysis, SuiteReport } from '../../../api/evaluation-answers.ts';
import { ScrollBox } from '../../../components/scroll-box.tsx';
import { count } from '../../../format/figures.ts';

interface Props {
  report: SuiteReport;
  task: string;
  analysis: ErrorAnalysis;
}

/** Rows: what the baseline had; columns: what it is now. On the diagonal nothing changed. */
export function Confusion({ report, task, analysis: { codes, confusion } }: Props) {
  if (confusion.length === 0) return <Codes report={report} task={task} codes={codes} />;
  const rows = kindsOf(confusion.map(({ baseline }) => baseline));
  const columns = kindsOf(confusion.map(({ candidate }) => candidate));
  const most = Math.max(...confusion.map(({ cases }) => cases));
  return (
    <ScrollBox label="Typed errors, baseline by candidate" className="chart-table">
      <table className="confusion">
        <thead>
          <tr>
            <th scope="col">baseline ↓ now →</th>
            {columns.map((column) => (
              <th key={column} scope="col">
                {wordOf(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              <th scope="row">{wordOf(row)}</th>
              {columns.map((column) => {
                const cell = confusion.find((one) => one.baseline === row && one.candidate === column);
                return (
                  <Cell
                    key={column}
                    cases={cell?.cases ?? 0}
                    strength={(cell?.cases ?? 0) / most}
                    row={row}
                    column={column}
                  />
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <Codes report={report} task={task} codes={codes} />
    </ScrollBox>
  );
}

interface CellProps {
  cases: number;
  strength: number;
  row: string;
  column: string;
}

/** Worse is red, mended is green, the same is grey; the sign says it too. */
function Cell({ cases, strength, row, column }: CellProps) {
  const isSame = row === column;
  const [sign, tone] = isSame
    ? ['', 'var(--sunken)']
    : row === 'ok'
      ? ['− ', 'var(--bad-soft)']
      : column === 'ok'
        ? ['+ ', 'var(--good-soft)']
        : ['', 'var(--warn-soft)'];
  if (cases === 0) return <td className="quiet">·</td>;
  return (
    <td
      data-diagonal={isSame}
      style={{ background: `color-mix(in srgb, ${tone} ${Math.round(40 + 60 * strength)}%, transparent)` }}
    >
      {sign}
      {count(cases)}
    </td>
  );
}

function Codes({ report, task, codes }: Omit<Props, 'analysis'> & { codes: ErrorAnalysis['codes'] }) {
  if (codes.length === 0) return <p className="quiet">The scorers give no codes to what is wrong.</p>;
  return (
    <ul className="row code-list">
      {codes.map(({ code, cases }) => (
        <li key={code}>
          <Link
            to="/evaluations/$evaluation"
            params={{ evaluation: report.id }}
            search={{ tab: 'cases', show: 'failed', task, code }}
          >
            {code}
          </Link>{' '}
          <span className="quiet">{count(cases)}</span>
        </li>
      ))}
    </ul>
  );
}

/** What is right comes first. */
function kindsOf(kinds: readonly string[]): string[] {
  return [...new Set(kinds)].sort((a, b) => Number(b === 'ok') - Number(a === 'ok') || a.localeCompare(b));
}

function wordOf(kind: string): string {
  return kind === 'ok' ? 'right' : kind;
}
