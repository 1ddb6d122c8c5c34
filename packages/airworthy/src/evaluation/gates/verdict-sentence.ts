import { count } from '../../kernel/figures.ts';
import type { Outcome, Rule } from './schema.ts';

/** What a verdict says, whatever was judged: rows of a table or cases of a suite. */
export interface SentenceFacts {
  outcome: Outcome;
  /** As people read it: `ROC-AUC`. */
  label: string;
  unit?: string | undefined;
  rule: Rule;
  margin: number;
  estimate: number | null;
  low: number | null;
  high: number | null;
  confidence: number;
  n: number;
  /** Set where rows come in clusters. */
  clusters?: number | undefined;
  counted: 'rows' | 'cases';
  method: string;
  /** What the candidate is compared with: `the champion`. */
  rival: string;
  /** Where not overall: `lang=de`. */
  slice?: string | undefined;
  correction?: string | undefined;
  /** Why there is no interval, or why the interval does not decide, as a clause. */
  why?: string | undefined;
  neededN?: number | undefined;
  neededCost?: number | undefined;
  /** Whole sentences that follow. */
  after?: readonly string[];
}

const OPENING = { pass: 'Pass', fail: 'Fail', undecided: 'Undecided', error: 'Error' } as const;

/**
 * A verdict in plain English, with the estimate, its interval, n and the method.
 *
 * @example
 * 'Pass: ROC-AUC is 0.166 better than that of the majority baseline (95 % interval 0.160 to 0.172, n = 10,900, paired DeLong); asked: better.'
 */
export function sentenceOf(facts: SentenceFacts): string {
  const { estimate, low, high, why, counted } = facts;
  const where = facts.slice === undefined ? '' : ` of ${facts.slice}`;
  const opening = `${OPENING[facts.outcome]}: ${facts.label}${where}`;
  const after = (facts.after ?? []).map((each) => ` ${each}`).join('');
  if (estimate === null || (low === null && high === null)) {
    return `${opening} cannot be judged on these ${count(facts.n)} ${counted}: ${why ?? 'no interval'}.${after}`;
  }
  const places = placesFor((high ?? estimate) - (low ?? estimate));
  const unit = facts.unit === undefined ? '' : ` ${facts.unit}`;
  const found = isLevel(facts.rule)
    ? `${estimate.toFixed(places)}${unit}`
    : compared(estimate, places, unit, facts.rival);
  const evidence = evidenceOf(facts, places, unit);
  const because = why === undefined ? '' : ` Not decided: ${why}.`;
  return `${opening} is ${found} (${evidence}); asked: ${askedFor(facts, unit)}.${because}${wayOut(facts)}${after}`;
}

function evidenceOf(facts: SentenceFacts, places: number, unit: string): string {
  const { low, high, n, clusters, method, correction } = facts;
  const from = low === null ? 'no lower bound' : low.toFixed(places);
  const to = high === null ? 'no upper bound' : high.toFixed(places);
  return [
    `${percent(facts.confidence)} interval ${from} to ${to}${unit}`,
    `n = ${count(n)}${clusters === undefined ? '' : ` in ${count(clusters)} clusters`}`,
    method,
    ...(correction === undefined ? [] : [correction]),
  ].join(', ');
}

/** Does the rule look at the metric itself, and not at a difference? */
export function isLevel(rule: Rule): rule is 'at-least' | 'at-most' {
  return rule === 'at-least' || rule === 'at-most';
}

function compared(estimate: number, places: number, unit: string, rival: string): string {
  const size = Math.abs(estimate).toFixed(places);
  if (Number(size) === 0) return `the same as that of ${rival}`;
  return `${size}${unit} ${estimate > 0 ? 'better' : 'worse'} than that of ${rival}`;
}

function askedFor({ rule, margin }: SentenceFacts, unit: string): string {
  switch (rule) {
    case 'better-than':
      return margin === 0 ? 'better' : `better by more than ${margin}${unit}`;
    case 'no-worse-than':
      return `worse by less than ${margin}${unit}`;
    case 'equivalent':
      return `within ${margin}${unit} either way`;
    case 'at-least':
      return `at least ${margin}${unit}`;
    case 'at-most':
      return `at most ${margin}${unit}`;
  }
}

function wayOut({ outcome, why, neededN, neededCost, counted }: SentenceFacts): string {
  if (outcome !== 'undecided') return '';
  if (neededN === undefined) return why === undefined ? ` More ${counted} alone would not decide it.` : '';
  const cost = neededCost === undefined ? '' : `, at a cost of about ${money(neededCost)}`;
  return ` About ${count(neededN)} ${counted} would decide it if the estimate holds${cost}.`;
}

/** Of small sums the first two digits that say something. */
function money(cost: number): string {
  return cost >= 1 ? cost.toFixed(2) : cost.toPrecision(2);
}

/** Two digits beyond where the interval's width begins. */
function placesFor(width: number): number {
  if (!(width > 0)) return 4;
  return Math.min(10, Math.max(0, 1 - Math.floor(Math.log10(width))));
}

const percent = (share: number): string => `${Number((share * 100).toFixed(2))} %`;
