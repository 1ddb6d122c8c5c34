import { metricsFor } from '../stats/metric-catalogue.ts';
import type { Verdict } from './schema.ts';

type Facts = Omit<Verdict, 'id' | 'sentence'>;

const OPENING = { pass: 'Pass', fail: 'Fail', undecided: 'Undecided' } as const;

/**
 * A verdict in one sentence of plain English, with the estimate, its interval and n.
 *
 * @example
 * 'Pass: roc-auc is 0.166 better than that of the majority baseline (95 % interval 0.160 to 0.172, n = 10,900, paired DeLong); asked: better.'
 */
export function sentenceOf(facts: Facts, reason?: string): string {
  const opening = OPENING[facts.outcome];
  if (facts.estimate === null || facts.low === null || facts.high === null) {
    return `${opening}: ${facts.metric} cannot be judged on these ${count(facts.n)} rows: ${reason ?? 'no interval'}.`;
  }
  const places = placesFor(facts.high - facts.low);
  const evidence = [
    `${percent(facts.confidence)} interval ${facts.low.toFixed(places)} to ${facts.high.toFixed(places)}`,
    `n = ${count(facts.n)}`,
    facts.method,
  ].join(', ');
  const claim = claimOf(facts, facts.estimate, places);
  return `${opening}: ${claim} (${evidence}); asked: ${askedFor(facts)}.${wayOut(facts)}`;
}

function claimOf({ metric, rule, baseline }: Facts, estimate: number, places: number): string {
  if (rule === 'at-least') return `${metric} is ${estimate.toFixed(places)}`;
  const trivial = metricsFor('regression').includes(metric) ? 'the mean baseline' : 'the majority baseline';
  const rival = baseline.kind === 'champion' ? 'the champion' : trivial;
  const size = Math.abs(estimate).toFixed(places);
  if (Number(size) === 0) return `${metric} is the same as that of ${rival}`;
  return `${metric} is ${size} ${estimate > 0 ? 'better' : 'worse'} than that of ${rival}`;
}

function askedFor({ rule, margin, metric }: Facts): string {
  if (rule === 'better') return margin === 0 ? 'better' : `better by more than ${margin}`;
  if (rule === 'no-worse') return `worse by less than ${margin}`;
  if (rule === 'equivalent') return `within ${margin} either way`;
  return `${metric} at least as good as ${margin}`;
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

const count = (n: number): string => n.toLocaleString('en-US');
const percent = (share: number): string => `${Number((share * 100).toFixed(2))} %`;
