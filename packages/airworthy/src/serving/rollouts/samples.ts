import type { ArmTotals } from '../../stats/sequential/lift.ts';
import { SHARDS } from './assign-arm.ts';

/** What may go wrong with a request; each is a unit’s once a step where evidence is weighed. */
export const INCIDENT_KINDS = ['failed', 'slow', 'invalid', 'refused'] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

/** What adds up to a mean, and what of it. */
export const TOTALS = ['latency', 'score', 'cost', 'loss', 'logLoss', 'reward'] as const;
export type TotalName = (typeof TOTALS)[number];

/** Sums over the units of one shard. Latency is the natural logarithm of microseconds. */
export interface ShardSums extends Record<TotalName, ArmTotals> {
  requests: number;
  failed: number;
  slow: number;
  invalid: number;
  refused: number;
  /** Of a shadow arm: comparisons in which the label was another one. */
  disagreed: number;
}

/**
 * What is known of an arm in a phase. Of a shadow arm, latency and score are differences to what was answered to the same
 * request.
 */
export interface ArmSample {
  phase: number;
  arm: string;
  /** One a shard. */
  shards: ShardSums[];
  /** Units to which something went wrong here first in the step under way. */
  units: Record<IncidentKind, number>;
}

export interface RolloutSamples {
  arms: ArmSample[];
  /** Is it known from when on a request is slow? */
  slowKnown: boolean;
}

export function emptySample(phase: number, arm: string): ArmSample {
  return {
    phase,
    arm,
    shards: Array.from({ length: SHARDS }, emptySums),
    units: { failed: 0, slow: 0, invalid: 0, refused: 0 },
  };
}

export function emptySums(): ShardSums {
  const none = (): ArmTotals => ({ n: 0, sum: 0, squares: 0 });
  return {
    ...{ requests: 0, failed: 0, slow: 0, invalid: 0, refused: 0, disagreed: 0 },
    ...{ latency: none(), score: none(), cost: none(), loss: none(), logLoss: none(), reward: none() },
  };
}

export function addValue(totals: ArmTotals, value: number): void {
  totals.n += 1;
  totals.sum += value;
  totals.squares += value * value;
}

export function requestsOf({ shards }: ArmSample): number {
  return shards.reduce((sum, { requests }) => sum + requests, 0);
}

/** The totals of each shard: of a mean, or of a share of the requests. */
export function totalsOf(sample: ArmSample, of: TotalName | IncidentKind): ArmTotals[] {
  return sample.shards.map((sums) => {
    if (isIncident(of)) return { n: sums.requests, sum: sums[of], squares: sums[of] };
    return sums[of];
  });
}

function isIncident(of: TotalName | IncidentKind): of is IncidentKind {
  return (INCIDENT_KINDS as readonly string[]).includes(of);
}

/** What several totals add up to. */
export function addTotals(totals: readonly ArmTotals[]): ArmTotals {
  const all = { n: 0, sum: 0, squares: 0 };
  for (const { n, sum, squares } of totals) {
    all.n += n;
    all.sum += sum;
    all.squares += squares;
  }
  return all;
}

/** Of fewer units, or of one that makes most requests, nobody can tell what they have in common from what the arm does. */
export const FEWEST_SHARDS = 10;

/** How many shards of equal size say as much as shards of these sizes (Kish 1965). */
export function effectiveSize(sizes: readonly number[]): number {
  const squares = sizes.reduce((sum, n) => sum + n * n, 0);
  return squares === 0 ? 0 : sizes.reduce((sum, n) => sum + n, 0) ** 2 / squares;
}
