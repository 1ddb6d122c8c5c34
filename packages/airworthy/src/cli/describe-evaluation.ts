import type { SuiteMetric, SuiteReport, TaskReport } from '../evaluation/index.ts';
import { count, estimate, figure, plural } from '../kernel/figures.ts';
import { formatTable } from './format-table.ts';
import { printable } from './printable.ts';
import { paint, type Terminal } from './terminal.ts';

const REGRESSIONS_SHOWN = 10;
const COLOURS = { pass: 'green', fail: 'red', undecided: 'yellow', error: 'red' } as const;

/** An evaluation for a person: verdicts first, then figures with their intervals, then what got worse. */
export function describeEvaluation(terminal: Terminal, report: SuiteReport): string {
  const { suite, number, dataset, trials } = report;
  const head = `${paint(terminal, 'bold', `${suite} ${number}`)}  ${plural(dataset.cases, 'case')}${trials > 1 ? `, ${count(trials)} trials` : ''}${dataset.role === 'dev' ? '' : `, ${dataset.role}`}`;
  const several = report.tasks.length > 1;
  return [
    head,
    ...report.verdicts.map(
      ({ outcome, sentence }) => `  ${paint(terminal, COLOURS[outcome], outcome)}  ${printable(sentence)}`,
    ),
    ...report.tasks.flatMap((task) => describeTask(task, several)),
    ...describeRegressions(report),
    report.state === 'finished'
      ? ''
      : `  ${report.state}${report.reason === undefined ? '' : `: ${report.reason}`}; the same command goes on`,
    `  airworthy evaluations show ${report.id.slice(0, 12)}`,
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function describeTask(task: TaskReport, several: boolean): string[] {
  const { results, errors, metrics, comparisons, comparedWith, latencyMs, cost } = task;
  const rows = metrics.map((metric) => {
    const comparison = comparisons.find((one) => one.metric === metric.name);
    const change =
      comparison === undefined || comparison.improvement === null
        ? ''
        : estimate({ ...comparison, value: comparison.improvement });
    return [
      several ? task.name : '',
      metric.label,
      estimate(metric, metric.unit),
      count(metric.n),
      metric.n === 0 ? describeMissing(metric) : metric.method,
      change,
    ];
  });
  const compared = comparedWith === null ? '' : `better than ${comparedWith.name} by`;
  const table = formatTable(
    [
      { heading: several ? 'task' : '' },
      { heading: 'metric' },
      { heading: 'value [95 %]' },
      { heading: 'n', align: 'right' },
      { heading: 'method' },
      { heading: compared },
    ],
    rows,
  );
  const failed = results.error + results.timeout;
  const facts = [
    ...(results.cached > 0 ? [`${count(results.cached)} from the cache`] : []),
    ...(latencyMs.p50 === null
      ? []
      : [`p50 ${figure(latencyMs.p50)} ms, p95 ${figure(latencyMs.p95 ?? Number.NaN)} ms`]),
    ...(cost === null ? [] : [`$${cost.toFixed(4)}`]),
    ...(failed > 0
      ? [`${plural(failed, 'error')}: ${errors[0]?.code} ${printable(errors[0]?.message ?? '')}`]
      : []),
  ];
  return [
    ...(rows.length === 0 ? [] : table.split('\n').map((line) => `  ${line}`)),
    ...(facts.length === 0 ? [] : [`  ${facts.join(' · ')}`]),
  ];
}

/** Of a metric that no case has a score of: what the cases have instead. */
function describeMissing({ counts, method }: SuiteMetric): string {
  const { error, skipped, unscorable } = counts;
  const missing = Object.entries({ error, skipped, unscorable }).filter(([, cases]) => cases > 0);
  return missing.length === 0
    ? method
    : missing.map(([status, cases]) => `${count(cases)} ${status}`).join(', ');
}

function describeRegressions({ regressions }: SuiteReport): string[] {
  if (regressions.length === 0) return [];
  const shown = regressions
    .slice(0, REGRESSIONS_SHOWN)
    .map(({ case: id, metric }) => `${printable(id)} (${metric})`);
  const more =
    regressions.length > shown.length ? ` and ${count(regressions.length - shown.length)} more` : '';
  return [`  worse than before: ${shown.join(', ')}${more}`];
}
