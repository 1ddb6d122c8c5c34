import type { SequentialEstimate } from '../../stats/sequential/confidence-sequence.ts';
import type { ArmTotals } from '../../stats/sequential/lift.ts';
import { addTotals } from './samples.ts';

/** The two sides of a comparison in one phase, each by shard. Without a control the values are differences already. */
export interface Stratum {
  arm: readonly ArmTotals[];
  control: readonly ArmTotals[] | null;
}

export interface MeanDifference extends SequentialEstimate {
  /** Means of the two sides, weighted as the difference is. */
  armMean: number;
  controlMean: number | null;
  /** Observations of the control; of pairs those of the arm. */
  controlN: number;
}

/**
 * What is compared: of shares nothing more is to be known; of means how far apart two observations may well lie, which is what
 * observations that were all alike so far are not trusted beyond.
 */
export type Compared = 'share' | { unit: number };

/** Of a share: one hit and one miss more, so that what has never happened is not taken for certain (Agresti and Caffo 2000). */
const SHARE_PRIOR: ArmTotals = { n: 2, sum: 1, squares: 1 };

/**
 * How much higher the mean of an arm is than the control’s. Phases are compared each for itself and then weighted by the
 * arm’s observations, because both the weights and the traffic change between them. The error of a mean is the larger of
 * two: as if all observations were independent, and from how the shards differ, which is right where the observations of a
 * unit are alike (Chamandy et al. 2012). Undefined where no phase has two observations on each side.
 */
export function compareMeans(strata: readonly Stratum[], kind: Compared): MeanDifference | undefined {
  const parts = strata.flatMap((stratum) => {
    const part = compareStratum(stratum, kind);
    return part ? [part] : [];
  });
  const n = parts.reduce((sum, part) => sum + part.n, 0);
  if (n === 0) return undefined;
  const weigh = (of: (part: StratumDifference) => number) =>
    parts.reduce((sum, part) => sum + (part.n / n) * of(part), 0);
  const variance = parts.reduce((sum, part) => sum + (part.n / n) ** 2 * part.variance, 0);
  const paired = strata.every(({ control }) => control === null);
  return {
    value: weigh(({ value }) => value),
    standardError: Math.sqrt(variance),
    n,
    armMean: weigh(({ armMean }) => armMean),
    controlMean: paired ? null : weigh(({ controlMean }) => controlMean),
    controlN: paired ? n : parts.reduce((sum, part) => sum + part.controlN, 0),
  };
}

interface StratumDifference {
  value: number;
  variance: number;
  n: number;
  armMean: number;
  controlMean: number;
  controlN: number;
}

function compareStratum({ arm, control }: Stratum, kind: Compared): StratumDifference | undefined {
  const first = meanOf(arm, kind);
  const second = control === null ? { mean: 0, variance: 0, n: first?.n ?? 0 } : meanOf(control, kind);
  if (first === undefined || second === undefined) return undefined;
  return {
    value: first.mean - second.mean,
    variance: first.variance + second.variance,
    n: first.n,
    armMean: first.mean,
    controlMean: second.mean,
    controlN: second.n,
  };
}

/** A mean over shards, with the variance of it; undefined of fewer than two observations. */
export function meanOf(
  shards: readonly ArmTotals[],
  kind: Compared,
): { mean: number; variance: number; n: number } | undefined {
  const all = addTotals(shards);
  if (all.n < 2) return undefined;
  const mean = all.sum / all.n;
  const counted = kind === 'share' ? addTotals([all, SHARE_PRIOR]) : all;
  const shrunk = counted.sum / counted.n;
  // Rounding may leave a hair below zero of values that are all alike.
  const spread = Math.max(0, counted.squares - counted.n * shrunk * shrunk);
  const independent = spread / (counted.n - 1) / counted.n;
  // As if two more had been one unit above and below the mean.
  const least = kind === 'share' ? 0 : 2 * (kind.unit / (all.n + 2)) ** 2;
  return { mean, variance: Math.max(least, independent, varianceOfShards(shards, mean, all.n)), n: all.n };
}

function varianceOfShards(shards: readonly ArmTotals[], mean: number, n: number): number {
  const squares = shards.reduce((sum, shard) => sum + (shard.sum - mean * shard.n) ** 2, 0);
  return (squares / n / n) * (shards.length / (shards.length - 1));
}
