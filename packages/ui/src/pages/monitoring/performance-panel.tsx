import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { EndpointAnswer, PeriodAnswer, SeriesPoint, WindowMetric } from '../../api/answers.ts';
import { period as readPeriod, series as readSeries } from '../../api/queries.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Measured } from '../../components/measured.tsx';
import { QueryView } from '../../components/query-view.tsx';
import { ReliabilityPlot } from '../../components/reliability-plot.tsx';
import { Section } from '../../components/section.tsx';
import { TimeChart, type TimeSeries } from '../../components/time-chart.tsx';
import { betterWhenHigher, count, metricFigure, metricName, plural, share } from '../../format/figures.ts';
import type { PanelProps } from '../serving/endpoint-page.tsx';
import { stepOf } from '../serving/endpoint-period.ts';
import { versionChanges } from '../serving/version-changes.ts';

/** What labels have shown, and what is estimated where they are not known yet. */
export function PerformancePanel({ endpoint, period }: PanelProps) {
  const step = stepOf(period) === 'hour' ? 'day' : stepOf(period);
  const whole = useQuery(readPeriod(endpoint.endpoint, period));
  const steps = useQuery(readSeries(endpoint.endpoint, period, step));
  return (
    <div className="stack">
      <QueryView query={whole} rows={4}>
        {(data) => <Answer period={data} endpoint={endpoint} />}
      </QueryView>
      <QueryView query={steps} rows={10}>
        {({ items }) => <OverTime endpoint={endpoint} points={items} step={step} />}
      </QueryView>
      <QueryView query={whole} rows={6}>
        {(data) => <Figures period={data} endpoint={endpoint} />}
      </QueryView>
    </div>
  );
}

function Answer({ period, endpoint }: { period: PeriodAnswer; endpoint: EndpointAnswer }) {
  const metric = endpoint.primary?.name;
  const realised = period.realised.find((one) => one.metric === metric);
  const estimated = period.estimated.find((one) => one.metric === metric);
  return (
    <p className="answer">
      {metric === undefined ? 'Performance' : metricName(metric)} in this time: realised{' '}
      {realised === undefined ? <Measured value={null} low={null} high={null} /> : <Measured {...realised} />}
      , estimated without labels{' '}
      {estimated === undefined ? (
        <Measured value={null} low={null} high={null} />
      ) : (
        <Measured {...estimated} />
      )}
      .{' '}
      <span className="quiet">
        {plural(period.labels, 'label')} for {plural(period.predictions, 'prediction')}
        {period.maturity === null
          ? '; how many are still to come is not known yet.'
          : `; ${share(period.maturity)} of those to be expected are known.`}
      </span>
    </p>
  );
}

function OverTime({
  endpoint,
  points,
  step,
}: {
  endpoint: EndpointAnswer;
  points: readonly SeriesPoint[];
  step: string;
}) {
  const metric = endpoint.primary?.name ?? 'performance';
  const gate = endpoint.performance.find((floor) => floor.metric === metric);
  const times = useMemo(() => points.map(({ start }) => start), [points]);
  const performance = useMemo(() => performanceSeries(points), [points]);
  const moments = useMemo(() => versionChanges(points), [points]);
  const maturity = useMemo(() => maturitySeries(points), [points]);
  const labels = points.reduce((sum, point) => sum + point.labels, 0);
  if (points.every((point) => point.realised === null && point.estimated === null)) {
    return (
      <EmptyState title="Nothing is known of performance in this time." command="npx airworthy label --help">
        Labels may be sent by prediction id or by business key; without them, performance is estimated once
        200 predictions were made.
      </EmptyState>
    );
  }
  return (
    <Section title={`${metricName(metric)} over time`} says={`by ${step}`}>
      <div className="stack">
        <TimeChart
          title={metricName(metric)}
          says={`n ${count(labels)} labels; ${betterWhenHigher(metric) ? 'higher' : 'lower'} is better`}
          file={`${endpoint.endpoint}-${metric}`}
          times={times}
          series={performance}
          format={metricFigure}
          rule={
            gate === undefined
              ? undefined
              : {
                  at: gate.value,
                  label: `${betterWhenHigher(metric) ? 'floor' : 'ceiling'} ${metricFigure(gate.value)}`,
                }
          }
          moments={moments}
          height={260}
        />
        <TimeChart
          title="Labels known"
          says="of those to be expected; a window counts once it is mature"
          file={`${endpoint.endpoint}-maturity`}
          times={times}
          series={maturity}
          format={(value) => share(value)}
          fromZero
          height={110}
        />
      </div>
    </Section>
  );
}

function performanceSeries(points: readonly SeriesPoint[]): TimeSeries[] {
  return [
    {
      label: 'estimated without labels',
      colour: '--series-estimated',
      style: 'dashed',
      ...columnsOf(points, (point) => point.estimated),
    },
    { label: 'realised', colour: '--series-current', ...columnsOf(points, (point) => point.realised) },
  ];
}

function columnsOf(points: readonly SeriesPoint[], pick: (point: SeriesPoint) => WindowMetric | null) {
  const metrics = points.map(pick);
  return {
    values: metrics.map((metric) => metric?.value ?? null),
    low: metrics.map((metric) => metric?.low ?? null),
    high: metrics.map((metric) => metric?.high ?? null),
  };
}

function maturitySeries(points: readonly SeriesPoint[]): TimeSeries[] {
  const values = points.map((point) => point.maturity);
  return [{ label: 'share of labels known', colour: '--series-second', style: 'bars', values }];
}

interface Row {
  metric: string;
  realised: WindowMetric | undefined;
  estimated: WindowMetric | undefined;
}

const COLUMNS: readonly Column<Row>[] = [
  {
    id: 'metric',
    header: 'Metric',
    heads: true,
    value: (row) => row.metric,
    show: (row) => metricName(row.metric),
  },
  { id: 'realised', header: 'Realised', number: true, show: (row) => <Cell metric={row.realised} /> },
  { id: 'estimated', header: 'Estimated', number: true, show: (row) => <Cell metric={row.estimated} /> },
];

function Cell({ metric }: { metric: WindowMetric | undefined }) {
  return metric === undefined ? <span className="quiet">—</span> : <Measured {...metric} n={undefined} />;
}

function Figures({ period, endpoint }: { period: PeriodAnswer; endpoint: EndpointAnswer }) {
  const primary = endpoint.primary?.name;
  const names = new Set([...period.realised, ...period.estimated].map(({ metric }) => metric));
  const rows: Row[] = [...names]
    .sort((a, b) => Number(b === primary) - Number(a === primary))
    .map((metric) => ({
      metric,
      realised: period.realised.find((one) => one.metric === metric),
      estimated: period.estimated.find((one) => one.metric === metric),
    }));
  if (rows.length === 0) return null;
  return (
    <div className="columns">
      <Section
        title="Every metric"
        says={`Version ${period.version}; realised n ${count(period.labels)}, estimated n ${count(period.predictions)}`}
      >
        <DataTable label="Metrics" rows={rows} columns={COLUMNS} rowKey={(row) => row.metric} />
      </Section>
      <Section
        title="Reliability"
        says={
          period.calibration === null ? (
            'Of those given a probability, how many were so.'
          ) : (
            <>
              Calibration error <Measured {...period.calibration} />
            </>
          )
        }
      >
        <ReliabilityPlot
          title="Reliability"
          file={`${endpoint.endpoint}-reliability`}
          bins={period.calibrationBins}
        />
      </Section>
    </div>
  );
}
