import type { SuiteVerdict } from '../report/schema.ts';

/** Reasons why a comparison means nothing: no wish of the gate's author makes these good enough. */
const UNFOUNDED: ReadonlySet<string> = new Set([
  'baseline-stale',
  'budget',
  'judge-uncalibrated',
  'missing-scores',
  'pairing',
]);

/** Undecided for want of cases, under a gate that says `warn`: told, and let through. It is not a pass. */
export function isLetThrough({
  outcome,
  onUndecided,
  reason,
}: Pick<SuiteVerdict, 'outcome' | 'onUndecided' | 'reason'>): boolean {
  return (
    outcome === 'undecided' && onUndecided === 'warn' && !(reason !== undefined && UNFOUNDED.has(reason))
  );
}
