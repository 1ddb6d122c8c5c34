import { Link } from '@tanstack/react-router';
import type { RunItem } from '../../api/answers.ts';
import type { Column } from '../../components/data-table.tsx';
import { Moment } from '../../components/moment.tsx';
import type { Condition } from '../../components/state-mark.tsx';
import { ConditionBadge } from '../../components/verdict-badge.tsx';
import { duration, metricFigure, metricName } from '../../format/figures.ts';

export const RUN_CONDITIONS: Record<RunItem['status'], Condition> = {
  running: 'working',
  finished: 'good',
  failed: 'bad',
  killed: 'idle',
};

const MOST_METRICS = 3;

/** A list of runs: the figures of its first metrics are columns of their own. */
export function runColumns(rows: readonly RunItem[]): readonly Column<RunItem>[] {
  return [
    {
      id: 'name',
      header: 'Run',
      heads: true,
      value: (row) => row.name,
      show: (row) => (
        <Link to="/tracking/$run" params={{ run: row.id }}>
          {row.name}
        </Link>
      ),
    },
    {
      id: 'status',
      header: 'Status',
      value: (row) => row.status,
      show: (row) => <ConditionBadge condition={RUN_CONDITIONS[row.status]}>{row.status}</ConditionBadge>,
    },
    ...commonMetrics(rows).map(metricColumn),
    { id: 'experiment', header: 'Experiment', value: (row) => row.experiment, show: (row) => row.experiment },
    {
      id: 'started',
      header: 'Started',
      value: (row) => row.startedAt,
      show: (row) => <Moment at={row.startedAt} />,
    },
    {
      id: 'took',
      header: 'Took',
      number: true,
      value: (row) => (row.endedAt === null ? null : row.endedAt - row.startedAt),
      show: (row) =>
        row.endedAt === null ? <span className="quiet">—</span> : duration(row.endedAt - row.startedAt),
    },
  ];
}

function commonMetrics(rows: readonly RunItem[]): string[] {
  const seen = new Map<string, number>();
  for (const { metrics } of rows) {
    for (const { key } of metrics) seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  return [...seen]
    .sort((a, b) => b[1] - a[1])
    .slice(0, MOST_METRICS)
    .map(([key]) => key);
}

function metricColumn(key: string): Column<RunItem> {
  const find = (row: RunItem) => row.metrics.find((metric) => metric.key === key);
  return {
    id: `metric ${key}`,
    header: metricName(key),
    number: true,
    value: (row) => find(row)?.value ?? null,
    show: (row) => find(row)?.special ?? metricFigure(find(row)?.value),
  };
}
