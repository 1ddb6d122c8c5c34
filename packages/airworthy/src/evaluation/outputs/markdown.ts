import { count, estimate, figure, plural } from '../../kernel/figures.ts';
import type { SuiteReport, SuiteVerdict, TaskReport } from '../report/schema.ts';
import { code, MARK, sentenceBelow, WORD } from './words.ts';

/** GitHub refuses comments beyond 65,536 characters; what comes after this many is left out, and said to be. */
const MOST_CHARACTERS = 60_000;
const SHOWN_REGRESSIONS = 50;

/**
 * A comment for a pull request: the verdict, then what got worse, then every metric beside the baseline with its interval. The first
 * line is a marker that is the same each time, by which a later comment takes this one's place.
 *
 * @example
 * renderMarkdown([report]).startsWith('<!-- airworthy:evaluation support -->');
 */
export function renderMarkdown(reports: readonly SuiteReport[]): string {
  const suites = reports.map((report) => report.suite).sort();
  const lines = [
    markdownMarker(suites),
    ...reports.flatMap((report) => ['', ...suiteLines(report, reports.length === 1 ? '##' : '###')]),
  ];
  return fit(lines);
}

/** What the comment of these suites is found again by. */
export function markdownMarker(suites: readonly string[]): string {
  return `<!-- airworthy:evaluation ${suites.join(' ')} -->`;
}

function suiteLines(report: SuiteReport, heading: string): string[] {
  const { suite, outcome, dataset, trials } = report;
  const mark = outcome === null ? '' : `${MARK[outcome]} `;
  const facts = [
    plural(dataset.cases, 'case'),
    ...(dataset.clusters < dataset.cases ? [plural(dataset.clusters, 'cluster')] : []),
    ...(trials > 1 ? [plural(trials, 'trial')] : []),
    dataset.role,
    `evaluation ${report.number}`,
  ];
  return [
    `${heading} ${mark}${plain(suite)}${outcome === null ? '' : `: ${WORD[outcome]}`}`,
    '',
    ...alertLines(report, plain(sentenceBelow(report))),
    '',
    facts.join(' · '),
    ...regressionLines(report),
    ...report.tasks.flatMap((task) => taskLines(report, task)),
  ];
}

function alertLines({ outcome }: SuiteReport, sentence: string): string[] {
  if (outcome === null) return [sentence];
  const kind = { pass: 'NOTE', fail: 'CAUTION', undecided: 'WARNING', error: 'CAUTION' }[outcome];
  return [`> [!${kind}]`, `> ${sentence}`];
}

function regressionLines({ regressions }: SuiteReport): string[] {
  if (regressions.length === 0) return [];
  const shown = regressions.slice(0, SHOWN_REGRESSIONS);
  const left = regressions.length - shown.length;
  return [
    '',
    `**${plural(regressions.length, 'regression')}**`,
    '',
    '| case | task | metric | baseline | now |',
    '|---|---|---|---|---|',
    ...shown.map(
      (each) =>
        `| ${code(each.case)} | ${plain(each.task)} | ${plain(each.metric)} | ${shownFigure(each.baseline)} | ${shownFigure(each.candidate)} |`,
    ),
    ...(left > 0 ? ['', `and ${count(left)} more`] : []),
  ];
}

function taskLines(report: SuiteReport, task: TaskReport): string[] {
  const verdicts = report.verdicts.filter((verdict) => verdict.task === task.name);
  return [
    ...(report.tasks.length > 1 ? ['', `**${plain(task.name)}**`] : []),
    ...metricTable(task, verdicts),
    ...verdictLines(verdicts),
    ...errorLines(task),
  ];
}

function metricTable(task: TaskReport, verdicts: readonly SuiteVerdict[]): string[] {
  const against = task.comparedWith;
  const rows = task.metrics.map((metric) => {
    const compared = task.comparisons.find((comparison) => comparison.metric === metric.name);
    const judged = verdicts.filter((verdict) => verdict.metric === metric.name);
    const difference = compared
      ? estimate({ value: compared.improvement, low: compared.low, high: compared.high })
      : '';
    const said = [...Map.groupBy(judged, ({ outcome }) => outcome)]
      .map(([outcome, { length }]) => `${MARK[outcome]} ${length > 1 ? `${length} ` : ''}${WORD[outcome]}`)
      .join(', ');
    const cells = [
      plain(metric.label),
      estimate(metric, metric.unit),
      ...(against ? [difference] : []),
      count(metric.n),
      said,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const headings = ['metric', 'value [95 %]', ...(against ? ['better by [95 %]'] : []), 'n', 'verdict'];
  return ['', `| ${headings.join(' | ')} |`, `|${'---|'.repeat(headings.length)}`, ...rows];
}

function verdictLines(verdicts: readonly SuiteVerdict[]): string[] {
  if (verdicts.length === 0) return [];
  return ['', ...verdicts.map((verdict) => `- ${MARK[verdict.outcome]} ${plain(verdict.sentence)}`)];
}

function errorLines({ errors }: TaskReport): string[] {
  if (errors.length === 0) return [];
  return [
    '',
    ...errors.map(
      (each) =>
        `- ${MARK.error} ${plural(each.results, 'result')}: ${code(each.code)} ${plain(each.message)}`,
    ),
  ];
}

function shownFigure(value: number | null): string {
  return value === null ? '–' : figure(value);
}

/** Text of cases and people inside a table of Markdown: no markup, no new lines. */
function plain(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .replaceAll(/[\\`*_{}[\]<>|#]/g, (sign) => `\\${sign}`);
}

/** Whole lines up to the limit. */
function fit(lines: readonly string[]): string {
  const said = 'More does not fit into a comment: see the report.';
  let length = said.length + 2;
  const kept: string[] = [];
  for (const line of lines) {
    length += line.length + 1;
    if (length > MOST_CHARACTERS) return [...kept, '', said, ''].join('\n');
    kept.push(line);
  }
  return [...kept, ''].join('\n');
}
