import { Measured } from '../../../components/measured.tsx';
import { Section } from '../../../components/section.tsx';
import { metricName } from '../../../format/figures.ts';
import { loggedFigure, metricText } from '../../../format/logged.ts';
import { isIntervalEnd } from '../runs/column-key.ts';
import type { ComparePanelProps } from './compare-page.tsx';
import type { ComparedRun } from './compared-run.ts';
import { AllToggle, BESIDE, type DifferenceRow, DifferenceTable, RunNames } from './difference-table.tsx';
import { MetricRanges } from './metric-ranges.tsx';

/** Params and metrics in which the runs differ. */
export function DifferencesPanel({ comparison, runs, search, change }: ComparePanelProps) {
  const all = search.all === true;
  const metrics = comparison.metrics
    .filter(({ key }) => !isIntervalEnd(key))
    .map(
      ({ key, values, differs }): DifferenceRow => ({
        key,
        differs,
        values: Object.fromEntries(
          Object.entries(values).map(([run, metric]) => [run, metricText({ key, ...metric })]),
        ),
      }),
    );
  const held = new Map(runs.map((run) => [run.id, run]));
  return (
    <div className="stack">
      <div className="row">
        <RunNames runs={runs} />
        <AllToggle all={all} change={change} />
      </div>
      <Section title="Metrics">
        {runs.length > BESIDE ? (
          <MetricRanges runs={runs} rows={all ? metrics : metrics.filter(({ differs }) => differs)} />
        ) : (
          <DifferenceTable
            label="Metrics"
            header="Metric"
            rows={metrics}
            runs={runs}
            show={(row, run) => <Value run={held.get(run)} metric={row.key} />}
            all={all}
          />
        )}
      </Section>
      {comparison.evaluated.length === 0 ? null : (
        <Section title="Evaluated" says="On rows that training did not see, with intervals.">
          <DifferenceTable
            label="Evaluated"
            header="Metric"
            rows={comparison.evaluated.map(evaluatedRow)}
            runs={runs}
            show={({ key }, run) => (
              <Evaluated
                held={comparison.evaluated.find((one) => metricName(one.key) === key)?.values[run]}
              />
            )}
            all={all}
          />
        </Section>
      )}
      <Section title="Parameters">
        <DifferenceTable
          label="Parameters"
          header="Parameter"
          rows={comparison.params}
          runs={runs}
          all={all}
        />
      </Section>
    </div>
  );
}

type EvaluatedRow = ComparePanelProps['comparison']['evaluated'][number];

function evaluatedRow({ key, values, differs }: EvaluatedRow): DifferenceRow {
  const texts = Object.entries(values).map(([run, { value }]) => [run, loggedFigure(value)]);
  return { key: metricName(key), differs, values: Object.fromEntries(texts) };
}

function Evaluated({ held }: { held: EvaluatedRow['values'][string] | undefined }) {
  return held === undefined ? null : (
    <Measured value={held.value} low={held.low} high={held.high} n={held.n} />
  );
}

function Value({ run, metric }: { run: ComparedRun | undefined; metric: string }) {
  const held = run?.metrics[metric];
  if (held === undefined) return null;
  if (held.low === null || held.high === null) return metricText({ key: metric, ...held });
  return <Measured value={held.value} low={held.low} high={held.high} />;
}
