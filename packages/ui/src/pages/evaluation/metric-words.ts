import type { SuiteReport, SuiteVerdict } from '../../api/evaluation-answers.ts';
import { duration, metricFigure, metricName, plainFigure, signedFigure } from '../../format/figures.ts';

/** What is known of a metric wherever it is shown. */
export interface MetricWords {
  label: string;
  unit: string | undefined;
  better: 'higher' | 'lower';
}

/** Every metric of a report by its name: the same words and unit in gates, tables and cases. */
export function wordsOfMetrics(report: SuiteReport): Map<string, MetricWords> {
  return new Map(
    report.tasks.flatMap(({ metrics }) =>
      metrics.map(({ name, label, unit, better }) => [
        name,
        { label: label || metricName(name), unit, better },
      ]),
    ),
  );
}

/** A metric's value in its unit: '0.912', '1.83 s', '$0.012'. */
export function inUnit(value: number | null | undefined, unit: string | undefined): string {
  if (value === null || value === undefined) return '—';
  if (unit === 'ms') return duration(value);
  if (unit === 's') return duration(value * 1_000);
  if (unit === undefined || unit === '') return metricFigure(value);
  return `${plainFigure(value)} ${unit}`;
}

/** A difference in the metric's unit, with its sign. */
export function differenceInUnit(value: number | null | undefined, unit: string | undefined): string {
  if (value === null || value === undefined) return '—';
  if (unit === undefined || unit === '') return signedFigure(value);
  return `${value < 0 ? '−' : '+'}${inUnit(Math.abs(value), unit)}`;
}

/** Is the gate about the difference to a baseline, or about the value itself? */
export function isDifference({ rule }: Pick<SuiteVerdict, 'rule'>): boolean {
  return rule !== 'at-least' && rule !== 'at-most';
}

/** What the gate demands, drawn beside what was found. */
export function marginsOf({ rule, margin }: Pick<SuiteVerdict, 'rule' | 'margin'>): number[] {
  switch (rule) {
    case 'better-than':
      return margin === 0 ? [] : [margin];
    case 'no-worse-than':
      return [-margin];
    case 'equivalent':
      return [-margin, margin];
    default:
      return [margin];
  }
}

/** 'no worse than main by 0.020'. */
export function demandOf(verdict: SuiteVerdict, unit: string | undefined): string {
  const margin = inUnit(verdict.margin, unit);
  const other = verdict.baseline?.name ?? 'the baseline';
  switch (verdict.rule) {
    case 'better-than':
      return verdict.margin === 0 ? `better than ${other}` : `better than ${other} by more than ${margin}`;
    case 'no-worse-than':
      return `worse than ${other} by less than ${margin}`;
    case 'equivalent':
      return `within ${margin} of ${other}`;
    case 'at-least':
      return `at least ${margin}`;
    case 'at-most':
      return `at most ${margin}`;
  }
}

const REASONS: Record<string, string> = {
  'too-few': 'too few cases',
  'baseline-stale': 'the baseline was made on other cases or with other scorers',
  pairing: 'too few cases are judged in both evaluations',
  'judge-uncalibrated': 'the judge has not been compared with people',
  'missing-scores': 'the cases without a score could turn it',
  'held-out-overlap': 'held-out cases were seen before',
  budget: 'the budget was spent',
  insufficient: 'the interval reaches over the line',
};

/** Why a gate is undecided or in error, in words where its code has some. */
export function reasonWords(reason: string): string {
  return REASONS[reason] ?? reason.replaceAll('-', ' ');
}

/** What an evaluation found, without the outcome that stands before it as a badge. */
export function sentenceOf({ outcome, sentence }: Pick<SuiteReport, 'outcome' | 'sentence'>): string {
  const prefix = `${outcome}: `;
  return sentence.startsWith(prefix) ? sentence.slice(prefix.length) : sentence;
}
