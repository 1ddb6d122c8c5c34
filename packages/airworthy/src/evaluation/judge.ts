import type { Interval } from '../stats/intervals.ts';
import type { Gate } from './schema.ts';

export type Outcome = 'pass' | 'fail' | 'undecided';

/** The numbers a gate is decided on: by how much the candidate is better, or for `at-least` its metric. */
export interface Evidence extends Interval {
  estimate: number;
  n: number;
  /** Of the metric itself; matters to `at-least` only. */
  higherIsBetter: boolean;
}

export interface Judgement {
  outcome: Outcome;
  /** Undecided: about how many rows it would take if the estimate stayed what it is. */
  neededN?: number;
}

/**
 * Decides a gate by where the interval lies: wholly on the right side of the bound passes, wholly on the wrong side
 * fails, and anything else is undecided. With a two-sided interval of confidence 1 - 2α each error is below α.
 */
export function judge(gate: Gate, evidence: Evidence): Judgement {
  const { low, high } = evidence;
  if (gate.rule === 'equivalent') {
    if (low > -gate.margin && high < gate.margin) return { outcome: 'pass' };
    if (low >= gate.margin || high <= -gate.margin) return { outcome: 'fail' };
    const nearest = evidence.estimate < 0 ? -gate.margin : gate.margin;
    return undecided(evidence, nearest);
  }
  if (gate.rule === 'at-least') {
    const { value } = gate;
    const [sureToReach, sureToMiss] = evidence.higherIsBetter
      ? [low >= value, high < value]
      : [high <= value, low > value];
    if (sureToReach) return { outcome: 'pass' };
    return sureToMiss ? { outcome: 'fail' } : undecided(evidence, value);
  }
  const bound = gate.rule === 'better' ? gate.margin : -gate.margin;
  if (low > bound) return { outcome: 'pass' };
  return high < bound ? { outcome: 'fail' } : undecided(evidence, bound);
}

/** Half-widths shrink with the square root of n: n × (half-width / distance to the bound)². */
function undecided({ estimate, low, high, n }: Evidence, bound: number): Judgement {
  const distance = Math.abs(estimate - bound);
  const half = estimate > bound ? estimate - low : high - estimate;
  const needed = Math.ceil(n * (half / distance) ** 2);
  if (!Number.isSafeInteger(needed)) return { outcome: 'undecided' };
  return { outcome: 'undecided', neededN: Math.max(n + 1, needed) };
}
