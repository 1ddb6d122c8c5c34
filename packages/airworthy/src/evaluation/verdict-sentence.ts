import { count } from '../kernel/figures.ts';
import { type Task, targetUnit } from '../models/table.ts';
import { metricLabel, metricUnit } from '../stats/metric-names.ts';
import type { Verdict } from './schema.ts';

type Facts = Omit<Verdict, 'id' | 'sentence'>;

const OPENING = { pass: 'Pass', fail: 'Fail', undecided: 'Undecided' } as const;

/**
 * A verdict in one sentence of plain English, with the estimate, its interval and n.
 *
 * @example
 * 'Pass: ROC-AUC is 0.166 better than that of the majority baseline (95 % interval 0.160 to 0.172, n = 10,900, paired DeLong); asked: better.'
 */
export function sentenceOf(facts: Facts, task: Task, reason?: string): string {
  const opening = `${OPENING[facts.outcome]}: ${metricLabel(facts.metric)}`;
  const { estimate, low, high } = facts;
  if (estimate === null || low === null || high === null) {
    return `${opening} cannot be judged on these ${count(facts.n)} rows: ${reason ?? 'no interval'}.`;
  }
  const places = placesFor(high - low);
  const unit = unitAfter(facts, task);
  const evidence = [
    `${percent(facts.confidence)} interval ${low.toFixed(places)} to ${high.toFixed(places)}${unit}`,
    `n = ${count(facts.n)}`,
    facts.method,
  ].join(', ');
  const found =
    facts.rule === 'at-least'
      ? `${estimate.toFixed(places)}${unit}`
      : compared(estimate, places, unit, rivalOf(facts, task));
  return `${opening} is ${found} (${evidence}); asked: ${askedFor(facts, unit)}.${wayOut(facts)}`;
}

/** With a space before it; empty where the metric has none. */
function unitAfter({ metric }: Facts, task: Task): string {
  const unit = metricUnit(metric, targetUnit(task));
  return unit === undefined ? '' : ` ${unit}`;
}

function rivalOf({ baseline }: Facts, task: Task): string {
  if (baseline.kind === 'champion') return 'the champion';
  return task.kind === 'regression' ? 'the mean baseline' : 'the majority baseline';
}

function compared(estimate: number, places: number, unit: string, rival: string): string {
  const size = Math.abs(estimate).toFixed(places);
  if (Number(size) === 0) return `the same as that of ${rival}`;
  return `${size}${unit} ${estimate > 0 ? 'better' : 'worse'} than that of ${rival}`;
}

function askedFor({ rule, margin, metric }: Facts, unit: string): string {
  if (rule === 'better') return margin === 0 ? 'better' : `better by more than ${margin}${unit}`;
  if (rule === 'no-worse') return `worse by less than ${margin}${unit}`;
  if (rule === 'equivalent') return `within ${margin}${unit} either way`;
  return `${metricLabel(metric)} at least as good as ${margin}${unit}`;
}

function wayOut({ outcome, neededN }: Facts): string {
  if (outcome !== 'undecided') return '';
  if (neededN === undefined) return ' More rows alone would not decide it.';
  return ` About ${count(neededN)} rows would decide it if the estimate holds.`;
}

/** Two digits beyond where the interval's width begins. */
function placesFor(width: number): number {
  if (!(width > 0)) return 4;
  return Math.min(10, Math.max(0, 1 - Math.floor(Math.log10(width))));
}

const percent = (share: number): string => `${Number((share * 100).toFixed(2))} %`;
