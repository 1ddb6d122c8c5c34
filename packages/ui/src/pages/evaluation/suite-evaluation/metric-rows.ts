import type {
  SuiteComparison,
  SuiteMetric,
  SuiteReport,
  TaskReport,
} from '../../../api/evaluation-answers.ts';

/** One metric over the same cases, of every task and of what they are compared with. */
export interface MetricRow {
  key: string;
  /** The metric's or the slice's name. */
  name: string;
  metric: string;
  unit: string | undefined;
  better: 'higher' | 'lower';
  values: readonly TaskValue[];
  differences: readonly TaskDifference[];
  /** Scores that should be there; of all cases together. */
  missing: number;
  /** What the gates on this metric demand of the difference. */
  margins: readonly number[];
}

export interface TaskValue {
  task: string;
  colour: string;
  isReference: boolean;
  metric: SuiteMetric;
}

export interface TaskDifference {
  task: string;
  colour: string;
  comparison: SuiteComparison;
}

interface Side {
  task: TaskReport;
  label: string;
  colour: string;
  isReference: boolean;
}

/** The tasks, and behind them the baseline where it is another evaluation's. */
export function sidesOf(
  report: SuiteReport,
  baseline: SuiteReport | undefined,
  colour: (task: string) => string,
  referenceColour: string,
): Side[] {
  const own = report.tasks.map((task) => ({
    ...{ task, label: task.name, colour: colour(task.name) },
    isReference: false,
  }));
  const compared = report.tasks.find(({ comparedWith }) => comparedWith !== null)?.comparedWith;
  if (baseline === undefined || !compared || compared.evaluation === report.id) return own;
  const task = baseline.tasks.find(({ name }) => name === compared.task);
  if (task === undefined) return own;
  const label = `${compared.name} (#${baseline.number}, ${compared.task})`;
  return [...own, { task, label, colour: referenceColour, isReference: true }];
}

/** A row for every metric, over all cases. */
export function overallRows(report: SuiteReport, sides: readonly Side[]): MetricRow[] {
  return namesOf(report).map((name) => rowOf(report, sides, name, name, (task) => task));
}

/** A row for all cases, then one for each measured slice; where the lead is least comes first. */
export function sliceRows(report: SuiteReport, sides: readonly Side[], metric: string): MetricRow[] {
  const slices = new Set(
    report.tasks.flatMap((task) =>
      task.slices.filter(({ status }) => status === 'measured').map(({ name }) => name),
    ),
  );
  const rows = [...slices].map((slice) =>
    rowOf(report, sides, metric, slice, (task) => task.slices.find(({ name }) => name === slice)),
  );
  return [
    rowOf(report, sides, metric, 'all cases', (task) => task),
    ...rows.sort((a, b) => worstOf(a) - worstOf(b)),
  ];
}

/** Slices with too few cases to say anything, each once. */
export function fewSlices(report: SuiteReport): string[] {
  const few = report.tasks.flatMap(({ slices }) =>
    slices.filter(({ status }) => status === 'too-few').map(({ name, n }) => `${name} (${n})`),
  );
  return [...new Set(few)];
}

function namesOf(report: SuiteReport): string[] {
  const gated = report.verdicts.map(({ metric }) => metric);
  const all = report.tasks.flatMap(({ metrics }) => metrics.map(({ name }) => name));
  return [...new Set([...gated, ...all])].filter((name) => all.includes(name));
}

type Measured = Pick<TaskReport, 'metrics' | 'comparisons'>;

function rowOf(
  report: SuiteReport,
  sides: readonly Side[],
  metric: string,
  name: string,
  part: (task: TaskReport) => Measured | undefined,
): MetricRow {
  const values = sides.flatMap(({ task, label, colour, isReference }) => {
    const found = part(task)?.metrics.find((one) => one.name === metric);
    return found === undefined ? [] : [{ task: label, colour, isReference, metric: found }];
  });
  const differences = sides.flatMap(({ task, label, colour, isReference }) => {
    const found = isReference ? undefined : part(task)?.comparisons.find((one) => one.metric === metric);
    return found === undefined ? [] : [{ task: label, colour, comparison: found }];
  });
  const first = values[0]?.metric;
  return {
    key: `${metric} ${name}`,
    name: name === metric ? (first?.label ?? metric) : name,
    metric,
    unit: first?.unit,
    better: first?.better ?? 'higher',
    values,
    differences,
    missing: Math.max(0, ...sides.flatMap(({ task }) => (part(task) === task ? errorsIn(task, metric) : []))),
    margins: marginsFor(report, metric),
  };
}

function errorsIn({ metrics }: TaskReport, metric: string): number[] {
  return metrics.filter(({ name }) => name === metric).map(({ counts }) => counts.error);
}

function marginsFor(report: SuiteReport, metric: string): number[] {
  const found = report.verdicts.filter((verdict) => verdict.metric === metric).flatMap(differenceMargins);
  return [...new Set(found)];
}

function differenceMargins({ rule, margin }: SuiteReport['verdicts'][number]): number[] {
  if (rule === 'no-worse-than') return [-margin];
  if (rule === 'equivalent') return [-margin, margin];
  return rule === 'better-than' && margin > 0 ? [margin] : [];
}

function worstOf(row: MetricRow): number {
  const leads = row.differences.flatMap(({ comparison }) => comparison.improvement ?? []);
  if (leads.length > 0) return Math.min(...leads);
  const sign = row.better === 'higher' ? 1 : -1;
  const values = row.values.flatMap(({ metric, isReference }) =>
    isReference || metric.value === null ? [] : [sign * metric.value],
  );
  return values.length > 0 ? Math.min(...values) : Number.POSITIVE_INFINITY;
}
