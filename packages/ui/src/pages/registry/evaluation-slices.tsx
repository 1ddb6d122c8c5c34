import type { EvaluationReport } from '../../api/answers.ts';
import { IntervalRows } from '../../components/interval-rows.tsx';
import { Section } from '../../components/section.tsx';
import { metricName } from '../../format/figures.ts';

/** The primary metric where the rows are broken down, against the whole. */
export function EvaluationSlices({ report, file }: { report: EvaluationReport; file: string }) {
  const measured = report.slices.filter(({ status }) => status === 'measured');
  if (measured.length === 0) return null;
  const whole = report.metrics.find(({ name }) => name === report.primary);
  const few = report.slices.length - measured.length;
  return (
    <Section
      title={`${metricName(report.primary)} by slice`}
      says={few === 0 ? undefined : `${few} slices have too few rows to say anything.`}
    >
      <IntervalRows
        title={metricName(report.primary)}
        file={file}
        rule={
          whole?.value === null || whole?.value === undefined
            ? undefined
            : { at: whole.value, label: 'all rows' }
        }
        rows={measured.map(({ column, value, n, metrics }) => {
          const result = metrics.find(({ name }) => name === report.primary);
          return {
            label: `${column} = ${value}`,
            n,
            value: result?.value ?? null,
            low: result?.low ?? null,
            high: result?.high ?? null,
          };
        })}
      />
    </Section>
  );
}
