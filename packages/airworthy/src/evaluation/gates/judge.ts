import type { Interval } from '../../stats/intervals.ts';
import { neededN } from '../../stats/planning/sample-size.ts';

/** What a gate asks for: of a difference (positive is better), or of the metric itself. */
export type Asked =
  | { rule: 'better-than' | 'no-worse-than' | 'equivalent'; margin: number }
  | { rule: 'at-least' | 'at-most'; value: number };

/** The numbers a gate is decided on: by how much the candidate is better, or for `at-least` and `at-most` its metric. */
export interface Evidence extends Interval {
  estimate: number;
  n: number;
}

export interface Judgement {
  outcome: 'pass' | 'fail' | 'undecided';
  /** Undecided: about how many rows it would take if the estimate stayed what it is. */
  neededN?: number;
}

/** Between which values the truth must lie; `closed`: on the limit is good enough. */
export interface Accepted extends Interval {
  closed: boolean;
}

export function acceptedBy(asked: Asked): Accepted {
  switch (asked.rule) {
    case 'better-than':
      return { low: asked.margin, high: Number.POSITIVE_INFINITY, closed: false };
    case 'no-worse-than':
      return { low: 0 - asked.margin, high: Number.POSITIVE_INFINITY, closed: false };
    case 'equivalent':
      return { low: 0 - asked.margin, high: asked.margin, closed: false };
    case 'at-least':
      return { low: asked.value, high: Number.POSITIVE_INFINITY, closed: true };
    case 'at-most':
      return { low: Number.NEGATIVE_INFINITY, high: asked.value, closed: true };
  }
}

/**
 * Decides a gate by where the interval lies: wholly on the right side of what is asked passes, wholly on the wrong side
 * fails, and anything else is undecided. With a two-sided interval of confidence 1 - 2α each error is below α (for `equivalent`
 * these are the two one-sided tests).
 *
 * @example
 * judge({ rule: 'no-worse-than', margin: 0.03 }, { estimate: 0.01, low: -0.02, high: 0.04, n: 200 }).outcome; // 'pass'
 */
export function judge(asked: Asked, evidence: Evidence): Judgement {
  const { low, high } = evidence;
  const accepted = acceptedBy(asked);
  const reaches = accepted.closed
    ? low >= accepted.low && high <= accepted.high
    : low > accepted.low && (high < accepted.high || accepted.high === Number.POSITIVE_INFINITY);
  if (reaches) return { outcome: 'pass' };
  if (isBeyond(asked, evidence, accepted)) return { outcome: 'fail' };
  return undecided(evidence, nearestBound(accepted, evidence.estimate));
}

function isBeyond({ rule }: Asked, { low, high }: Evidence, accepted: Accepted): boolean {
  if (rule === 'equivalent') return low >= accepted.high || high <= accepted.low;
  return high < accepted.low || low > accepted.high;
}

/** The limit that decides: of two the nearer one. */
export function nearestBound({ low, high }: Interval, estimate: number): number {
  if (!Number.isFinite(high)) return low;
  if (!Number.isFinite(low)) return high;
  return estimate < (low + high) / 2 ? low : high;
}

function undecided({ estimate, low, high, n }: Evidence, bound: number): Judgement {
  const halfWidth = estimate > bound ? estimate - low : high - estimate;
  const needed = neededN({ n, halfWidth, distance: Math.abs(estimate - bound) });
  return Number.isSafeInteger(needed) ? { outcome: 'undecided', neededN: needed } : { outcome: 'undecided' };
}
