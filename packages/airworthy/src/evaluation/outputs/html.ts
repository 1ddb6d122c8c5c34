import { count, estimate, figure, moment, plural } from '../../kernel/figures.ts';
import type { SuiteReport, SuiteVerdict, TaskReport } from '../report/schema.ts';
import { type DrawnInterval, drawIntervals } from './draw-intervals.ts';
import { STYLE } from './html-style.ts';
import { escapeMarkup } from './markup.ts';
import { SIGN, sentenceBelow, WORD } from './words.ts';

/**
 * A report as one file: no scripts, nothing loaded from elsewhere, readable offline, in both colour schemes and on paper. The reports
 * themselves are inside as JSON.
 *
 * @example
 * await writeFile('report.html', renderHtml([report]));
 */
export function renderHtml(reports: readonly SuiteReport[]): string {
  const title = reports.map((report) => report.suite).join(', ');
  return [
    '<!doctype html>',
    '<html lang="en">',
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeMarkup(title)}</title>`,
    `<style>${STYLE}</style></head>`,
    '<body><main>',
    ...reports.map(suiteSection),
    '</main>',
    `<script type="application/json" id="reports">${jsonForScript(reports)}</script>`,
    '</body></html>',
    '',
  ].join('\n');
}

function suiteSection(report: SuiteReport): string {
  const { dataset, trials, startedAt } = report;
  const outcome =
    report.outcome === null
      ? ''
      : ` <span class="${report.outcome}">${SIGN[report.outcome]} ${WORD[report.outcome]}</span>`;
  const facts = [
    plural(dataset.cases, 'case'),
    ...(dataset.clusters < dataset.cases ? [plural(dataset.clusters, 'cluster')] : []),
    ...(trials > 1 ? [plural(trials, 'trial')] : []),
    dataset.role,
    `evaluation ${report.number}`,
    moment(startedAt),
  ];
  return [
    `<section><h1>${escapeMarkup(report.suite)}${outcome}</h1>`,
    `<p class="answer">${escapeMarkup(sentenceBelow(report))}</p>`,
    `<p class="quiet">${facts.map(escapeMarkup).join(' · ')}</p>`,
    verdictPart(report.verdicts),
    regressionPart(report),
    ...report.tasks.map((task) => taskPart(task, report.tasks.length > 1)),
    '</section>',
  ].join('\n');
}

function verdictPart(verdicts: readonly SuiteVerdict[]): string {
  if (verdicts.length === 0) return '';
  const rows = verdicts.map((verdict) => [
    `<span class="${verdict.outcome}">${SIGN[verdict.outcome]} ${WORD[verdict.outcome]}</span>`,
    escapeMarkup(verdict.gate),
    escapeMarkup(verdict.slice),
    escapeMarkup(estimate({ value: verdict.estimate, low: verdict.low, high: verdict.high })),
    count(verdict.n),
    escapeMarkup(verdict.sentence),
  ]);
  return `<h2>Gates</h2>${table(['', 'gate', 'where', 'estimate', 'n', 'in words'], rows)}`;
}

function regressionPart({ regressions }: SuiteReport): string {
  if (regressions.length === 0) return '';
  const rows = regressions.map((each) => [
    `<code>${escapeMarkup(each.case)}</code>`,
    escapeMarkup(each.task),
    escapeMarkup(each.metric),
    each.baseline === null ? '–' : figure(each.baseline),
    each.candidate === null ? '–' : figure(each.candidate),
  ]);
  return `<h2>${plural(regressions.length, 'regression')}</h2>${table(['case', 'task', 'metric', 'baseline', 'now'], rows)}`;
}

function taskPart(task: TaskReport, named: boolean): string {
  const metrics = task.metrics.map((metric) => ({ ...metric, name: metric.label }));
  const rows = task.metrics.map((metric) => [
    escapeMarkup(metric.label),
    escapeMarkup(estimate(metric, metric.unit)),
    count(metric.n),
    escapeMarkup(metric.method),
    [
      ['skipped', metric.counts.skipped],
      ['unscorable', metric.counts.unscorable],
      ['errors', metric.counts.error],
    ]
      .filter(([, cases]) => Number(cases) > 0)
      .map(([what, cases]) => `${what} ${count(Number(cases))}`)
      .join(', '),
  ]);
  return [
    named ? `<h2>${escapeMarkup(task.name)}</h2>` : '<h2>Metrics</h2>',
    drawIntervals(metrics.map(({ name, value, low, high }) => ({ name, value, low, high }))),
    table(['metric', 'value', 'n', 'method', 'not scored'], rows),
    comparisonPart(task),
    slicePart(task),
    failurePart(task),
  ].join('\n');
}

function comparisonPart({ comparedWith, comparisons }: TaskReport): string {
  if (comparedWith === null || comparisons.length === 0) return '';
  const drawn: DrawnInterval[] = comparisons.map(({ metric, improvement, low, high }) => ({
    name: metric,
    value: improvement,
    low,
    high,
  }));
  const rows = comparisons.map((each) => [
    escapeMarkup(each.metric),
    escapeMarkup(estimate({ value: each.improvement, low: each.low, high: each.high })),
    count(each.n),
    each.gained === undefined ? '' : `+${count(each.gained)} −${count(each.lost ?? 0)}`,
    escapeMarkup(each.method),
  ]);
  return [
    `<h3>Better than ${escapeMarkup(comparedWith.name)} by</h3>`,
    drawIntervals(drawn, { zero: true }),
    table(['metric', 'improvement', 'n', 'cases', 'method'], rows),
  ].join('\n');
}

function slicePart({ slices }: TaskReport): string {
  if (slices.length === 0) return '';
  const rows = slices.flatMap((slice) =>
    slice.status === 'too-few'
      ? [[escapeMarkup(slice.name), '', 'not enough cases', count(slice.n)]]
      : slice.metrics.map((metric) => [
          escapeMarkup(slice.name),
          escapeMarkup(metric.label),
          escapeMarkup(estimate(metric, metric.unit)),
          count(metric.n),
        ]),
  );
  return `<h3>Slices</h3>${table(['slice', 'metric', 'value', 'n'], rows)}`;
}

function failurePart({ errorAnalysis }: TaskReport): string {
  if (errorAnalysis === undefined || errorAnalysis.failures === 0) return '';
  const clusters = errorAnalysis.clusters.map((cluster) => [
    escapeMarkup(cluster.terms.join(', ')),
    count(cluster.cases),
    cluster.exemplars.map((id) => `<code>${escapeMarkup(id)}</code>`).join(' '),
  ]);
  const rules = errorAnalysis.slices.map((slice) => [
    escapeMarkup(slice.rule),
    count(slice.n),
    `${figure(slice.failureRate * 100)} %, elsewhere ${figure(slice.restRate * 100)} %`,
    slice.status,
  ]);
  return [
    `<h3>${plural(errorAnalysis.failures, 'failure')}</h3>`,
    clusters.length > 0 ? table(['what they have in common', 'cases', 'such as'], clusters) : '',
    rules.length > 0 ? table(['where more fail', 'cases', 'fail', 'status'], rules) : '',
  ].join('\n');
}

/** Cells are markup already. */
function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = headings.map((heading) => `<th scope="col">${escapeMarkup(heading)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('\n');
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** `</script>` and `<!--` inside a string would end or change the element. */
function jsonForScript(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
