import type { EvaluationReport, MetricResult } from '../../api/answers.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Measured } from '../../components/measured.tsx';
import { Section } from '../../components/section.tsx';
import { count, metricFigure, metricName } from '../../format/figures.ts';

interface Row {
  result: MetricResult;
  baseline: MetricResult | undefined;
  primary: boolean;
}

const COLUMNS: readonly Column<Row>[] = [
  {
    id: 'name',
    header: 'Metric',
    heads: true,
    value: ({ result }) => result.name,
    show: ({ result, primary }) => (
      <>
        {metricName(result.name)} {primary ? <span className="tag">primary</span> : null}
        <div className="quiet small wrapping-name">
          {result.higherIsBetter ? 'higher' : 'lower'} is better; {result.method}
        </div>
      </>
    ),
  },
  {
    id: 'value',
    header: 'Model',
    number: true,
    value: ({ result }) => result.value,
    show: ({ result }) => <Measured {...result} n={undefined} />,
  },
  {
    id: 'baseline',
    header: 'Trivial model',
    number: true,
    value: ({ baseline }) => baseline?.value ?? null,
    show: ({ baseline }) => <span className="quiet">{metricFigure(baseline?.value)}</span>,
  },
];

/** Every metric with its interval, beside a model that only knows the frequencies. */
export function EvaluationMetrics({ report }: { report: EvaluationReport }) {
  const rows: Row[] = report.metrics.map((result) => ({
    result,
    baseline: report.baseline.metrics.find(({ name }) => name === result.name),
    primary: result.name === report.primary,
  }));
  return (
    <Section
      title="Metrics"
      says={`n = ${count(report.n)} ${report.role} rows, ${Math.round(report.confidence * 1000) / 10} % intervals`}
    >
      <DataTable label="Metrics" rows={rows} columns={COLUMNS} rowKey={({ result }) => result.name} />
    </Section>
  );
}
