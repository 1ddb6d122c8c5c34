import type { Finding } from '../../api/answers.ts';
import { ScrollBox } from '../../components/scroll-box.tsx';
import { Section } from '../../components/section.tsx';
import { ConditionBadge } from '../../components/verdict-badge.tsx';
import { count, share } from '../../format/figures.ts';
import { SEVERITY_CONDITIONS } from './finding-counts.tsx';

/** What the quality rules found, with rows to look at. */
export function FindingList({ findings }: { findings: readonly Finding[] }) {
  return (
    <Section title="Findings" says="What the quality rules saw.">
      {findings.length === 0 ? (
        <p className="quiet">Nothing was found.</p>
      ) : (
        <ul className="item-list">
          {findings.map((finding) => (
            <li key={`${finding.rule} ${finding.column ?? ''} ${finding.message}`}>
              <span className="row">
                <ConditionBadge condition={SEVERITY_CONDITIONS[finding.severity]}>
                  {finding.severity}
                </ConditionBadge>
                <code>{finding.rule}</code>
                <span className="quiet small">
                  {count(finding.count)} of {count(finding.of)} ({share(finding.count / finding.of)})
                </span>
              </span>
              <span>{finding.message}</span>
              {finding.remedy === undefined ? null : <span className="quiet">{finding.remedy}</span>}
              {finding.examples.length === 0 ? null : <Examples finding={finding} />}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Examples({ finding }: { finding: Finding }) {
  const names = Object.keys(finding.examples[0].values);
  return (
    <details>
      <summary className="quiet small">{finding.examples.length} such rows</summary>
      <ScrollBox className="chart-table" label={`Rows: ${finding.message}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">row</th>
              {names.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {finding.examples.map(({ row, values }) => (
              <tr key={row}>
                <th scope="row">{count(row)}</th>
                {names.map((name) => (
                  <td key={name}>{String(values[name] ?? '—')}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </details>
  );
}
