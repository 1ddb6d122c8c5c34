import '../../../styles/evaluation.css';
import type { FairnessReport, FairnessTable, GroupMetric } from '../../../api/explanation-answers.ts';
import { ChartFrame } from '../../../components/chart-frame.tsx';
import { IntervalStrip, rangeOf, StripAxis, type StripRange } from '../../../components/interval-strip.tsx';
import { Measured } from '../../../components/measured.tsx';
import { Section } from '../../../components/section.tsx';
import { count, metricFigure, plural } from '../../../format/figures.ts';

/** How the model does by group: figures with intervals, and how far the groups lie apart. */
export function FairnessTables({ report, file }: { report: FairnessReport; file: string }) {
  return (
    <>
      {report.tables.map((table) => (
        <Section
          key={table.column}
          title={`By ${table.column}`}
          says={`${Math.round(report.confidence * 1000) / 10} % intervals${report.clusters === null ? '' : ` over ${plural(report.clusters, 'cluster')}`}; groups of fewer than ${report.minimum} rows are counted, not measured.`}
        >
          <div className="stack">
            <Gaps table={table} />
            <Groups table={table} file={`${file}-${table.column}`} />
          </div>
        </Section>
      ))}
    </>
  );
}

const NAMES: Record<string, string> = {
  'selection-rate': 'Share predicted positive',
  tpr: 'True positive rate',
  fpr: 'False positive rate',
  ppv: 'Precision',
  accuracy: 'Accuracy',
  ece: 'Calibration error',
  'mean-error': 'Mean error',
  'mean-absolute-error': 'Mean absolute error',
};

function Gaps({ table: { gaps } }: { table: FairnessTable }) {
  return (
    <dl className="big-figures">
      {gaps.map((gap) => (
        <div key={gap.name}>
          <dt>{gap.name.replaceAll('-', ' ')}</dt>
          <dd>
            <Measured value={gap.value} low={gap.low} high={gap.high} reason={gap.reason} />
          </dd>
          {gap.lowest === null || gap.highest === null ? null : (
            <dd className="quiet small gap-ends">
              {gap.lowest} … {gap.highest}
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}

function Groups({ table, file }: { table: FairnessTable; file: string }) {
  const few = table.groups.filter(({ status }) => status === 'too-few');
  const measured = table.groups.filter(({ status }) => status !== 'too-few');
  return (
    <ChartFrame
      title={`Figures by ${table.column}`}
      file={file}
      data={{
        columns: ['group', 'n', 'positives', 'metric', 'value', 'low', 'high', 'of', 'method'],
        rows: table.groups.flatMap(({ value, n, positives, metrics }) =>
          metrics.map((one) => [
            value,
            n,
            positives,
            one.name,
            one.value,
            one.low,
            one.high,
            one.n,
            one.method,
          ]),
        ),
      }}
    >
      <div className="stack">
        {table.overall.map((whole) => (
          <MetricByGroup key={whole.name} whole={whole} groups={measured} />
        ))}
        {few.length === 0 ? null : (
          <p className="quiet small">
            Too few: {few.map(({ value, n }) => `${value} (${plural(n, 'row')})`).join(', ')}.
          </p>
        )}
      </div>
    </ChartFrame>
  );
}

interface MetricProps {
  whole: GroupMetric;
  groups: FairnessTable['groups'];
}

function MetricByGroup({ whole, groups }: MetricProps) {
  const rows = groups.map((group) => ({
    group,
    metric: group.metrics.find(({ name }) => name === whole.name),
  }));
  const range = rangeOf([
    ...rows.flatMap(({ metric }) => [metric?.value, metric?.low, metric?.high]),
    whole.value,
  ]);
  return (
    <div>
      <h3>{NAMES[whole.name] ?? whole.name}</h3>
      <div className="strip-grid">
        {rows.map(({ group, metric }) => (
          <GroupRow
            key={group.value}
            group={group}
            metric={metric}
            rules={whole.value === null ? [] : [whole.value]}
            range={range}
          />
        ))}
        <div className="strip-row strip-head">
          <span />
          <StripAxis
            range={range}
            format={metricFigure}
            rules={
              whole.value === null
                ? []
                : [{ at: whole.value, kind: 'margin', label: `all ${metricFigure(whole.value)}` }]
            }
          />
          <span />
        </div>
      </div>
    </div>
  );
}

interface RowProps {
  group: FairnessTable['groups'][number];
  metric: GroupMetric | undefined;
  /** The figure of all rows together. */
  rules: readonly number[];
  range: StripRange;
}

function GroupRow({ group, metric, rules, range }: RowProps) {
  const { value = null, low = null, high = null } = metric ?? {};
  return (
    <div className="strip-row">
      <span className="strip-name">
        {group.value}{' '}
        <span className="quiet small">
          n {count(group.n)}
          {group.status === 'few-positives' ? ', few positives' : ''}
        </span>
      </span>
      <IntervalStrip
        range={range}
        rules={rules.map((at) => ({ at, kind: 'margin' }))}
        marks={[{ key: group.value, value, low, high, colour: '--series-current' }]}
        label={`${group.value}: ${metricFigure(value)}, interval ${metricFigure(low)} to ${metricFigure(high)}`}
      />
      <span className="strip-figures">
        <Measured value={value} low={low} high={high} n={metric?.n} reason={metric?.reason ?? 'too few'} />
      </span>
    </div>
  );
}
