import { studentisedMean } from '../../stats/bootstrap.ts';
import { clusterTotals } from '../../stats/clustered/cluster-totals.ts';
import {
  clusteredSignFlip,
  clusteredSignFlipInterval,
  studentisedClusterMean,
} from '../../stats/clustered/clustered-resampling.ts';
import { studentTSurvivalQuantile } from '../../stats/distributions/student-t.ts';
import {
  bonettPrice,
  type Interval,
  meanWithClusteredT,
  meanWithT,
  unseenShare,
} from '../../stats/intervals.ts';
import { pairedScoreInterval } from '../../stats/paired-score-interval.ts';
import { signFlipInterval } from '../../stats/sign-flip-interval.ts';
import { mean, sum } from '../../stats/sums.ts';
import { mcnemar, signFlip } from '../../stats/tests.ts';
import { FEW_UNITS, type MadeInterval, NO_INTERVAL, randomFor } from '../interval-methods.ts';
import { type Clusters, unitsOf } from './clusters.ts';
import { confidenceAsT, inOrder } from './mean-interval.ts';

/** Fewer rows (or clusters) on which two differ, and the normal approximation fails (see the README). */
const FEW_DISCORDANT = 10;

export interface MeanDifference {
  /** Of each row, candidate - baseline. */
  gaps: Float64Array;
  clusters?: Clusters | undefined;
  /** The metric is 0 or 1 on a row, or a share of its trials. */
  binary: boolean;
  /** The largest gap, either way, that rows not yet seen could have; 0 where nothing is known of the scale. */
  largest: number;
  confidence: number;
  purpose: string;
}

/** The interval of a difference, and the p-value of a second test where one is made. */
export type MadeDifference = MadeInterval & { p?: number };

/**
 * The mean difference on the same rows, by the method that fits the data: for 0/1 Tango's score interval where few differ, else
 * Bonett-Price; for scores paired t; clustered t where rows come in clusters; sign-flip and studentised bootstrap where there are few
 * rows or clusters at all.
 */
export function meanDifference(input: MeanDifference): MadeDifference {
  const { gaps, clusters, confidence } = input;
  if (gaps.length === 0 || clusters?.count === 1) return NO_INTERVAL;
  const alike = gaps.every((gap) => gap === gaps[0]);
  if (input.binary && (!alike || gaps[0] === 0)) {
    return clusters ? clusteredShares(input, clusters) : pairedShares(input);
  }
  if (alike) return unseenDifference(gaps[0], input.largest, unitsOf(gaps.length, clusters), confidence);
  if (clusters) return clusteredDifference(input, clusters);
  if (gaps.length >= FEW_UNITS) return { ...limits(meanWithT(gaps, confidence)), method: 'paired t' };
  return turned(input, fewRows);
}

/**
 * Every row shows the same difference: rows not seen yet could still differ, by no more than `largest`; where that
 * is 0 too, nothing is known of the scale.
 */
export function unseenDifference(
  gap: number,
  largest: number,
  units: number,
  confidence: number,
): MadeDifference {
  if (largest === 0) return NO_INTERVAL;
  const share = unseenShare(units, confidence);
  return {
    low: gap - share * Math.max(0, gap + largest),
    high: gap + share * Math.max(0, largest - gap),
    method: 'exact (unseen rows)',
  };
}

/** Rows gained and rows lost; of shares of trials, how much of them. */
interface Balance {
  gained: number;
  lost: number;
  /** Rows that differ. */
  discordant: number;
  /** The sum of squared gaps. */
  squares: number;
}

function balanceOf(gaps: Float64Array): Balance {
  const balance = { gained: 0, lost: 0, discordant: 0, squares: 0 };
  for (const gap of gaps) {
    if (gap === 0) continue;
    if (gap > 0) balance.gained += gap;
    else balance.lost -= gap;
    balance.discordant++;
    balance.squares += gap * gap;
  }
  return balance;
}

function pairedShares({ gaps, confidence }: MeanDifference): MadeDifference {
  const balance = balanceOf(gaps);
  const { gained, lost, discordant } = balance;
  const made = sharesInterval(balance, gaps.length, confidence);
  const isExact = discordant >= FEW_DISCORDANT && Number.isInteger(gained) && Number.isInteger(lost);
  return isExact ? { ...made, p: mcnemar(gained, lost).exact } : made;
}

/**
 * Counts of rows: the score interval where few differ, which covers nearest to what it says there, else Bonett-Price, which keeps what
 * it says of two equal tasks (docs/simulations.md has both, and t). Shares of trials are no counts: t where enough rows differ.
 */
function sharesInterval(
  { gained, lost, discordant, squares }: Balance,
  n: number,
  confidence: number,
): MadeInterval {
  const counts = Number.isInteger(gained) && Number.isInteger(lost);
  if (counts && discordant < FEW_DISCORDANT) {
    return { ...pairedScoreInterval(gained, lost, n, confidence), method: 'paired score (Tango)' };
  }
  if (counts || discordant < FEW_DISCORDANT) {
    return { ...bonettPrice(gained, lost, n, confidence), method: 'paired Bonett-Price' };
  }
  const value = (gained - lost) / n;
  const standardError = Math.sqrt(Math.max(0, squares - n * value * value) / (n - 1) / n);
  const half = studentTSurvivalQuantile((1 - confidence) / 2, n - 1) * standardError;
  return { low: value - half, high: value + half, method: 'paired t' };
}

/** The interval that so many gains and losses among n independent rows give: for planning, where it is asked of many counts. */
export function pairedCountsInterval(
  confidence: number,
): (gained: number, lost: number, n: number) => Interval {
  return (gained, lost, n) => {
    const discordant = gained + lost;
    if (discordant === n && (gained === n || lost === n)) {
      return unseenDifference(gained === n ? 1 : -1, 1, n, confidence);
    }
    return sharesInterval({ gained, lost, discordant, squares: discordant }, n, confidence);
  };
}

/**
 * Where few clusters differ the standard error is a guess: Bonett-Price at the effective number of rows, with t's reach for so
 * many clusters.
 */
function clusteredShares(input: MeanDifference, clusters: Clusters): MadeDifference {
  const { gaps, confidence } = input;
  const totals = clusterTotals(gaps, clusters.of).sums;
  const differing = totals.reduce((count, total) => count + (total === 0 ? 0 : 1), 0);
  if (differing >= FEW_DISCORDANT) return clusteredDifference(input, clusters);
  const { gained, lost } = balanceOf(gaps);
  const n = effectiveRows(gaps, clusters);
  const shrunk = n / gaps.length;
  const made = bonettPrice(gained * shrunk, lost * shrunk, n, confidenceAsT(confidence, clusters.count - 1));
  return { ...made, method: 'clustered Bonett-Price (effective n)' };
}

/** As many independent rows would know the mean as well as these do; no more than one a cluster where that cannot be told. */
function effectiveRows(gaps: Float64Array, clusters: Clusters): number {
  const { standardError } = meanWithClusteredT(gaps, clusters.of);
  const center = mean(gaps);
  const spread = sum(gaps.map((gap) => (gap - center) ** 2)) / gaps.length;
  const effective = spread / standardError ** 2;
  return Number.isFinite(effective) && effective > 0 ? effective : clusters.count;
}

function clusteredDifference(input: MeanDifference, clusters: Clusters): MadeDifference {
  const { gaps, confidence } = input;
  const made = meanWithClusteredT(gaps, clusters.of, confidence);
  // Gains and losses cancel in every cluster: what another would show is bounded by how many were seen.
  if (!(made.standardError > 0))
    return unseenDifference(made.value, input.largest, clusters.count, confidence);
  if (clusters.count >= FEW_UNITS) return { ...limits(made), method: 'paired clustered t' };
  return turned(input, (facing) => fewClusters(facing, clusters));
}

function fewClusters({ gaps, confidence, ...input }: MeanDifference, clusters: Clusters): MadeDifference {
  const ordered = inOrder(gaps, clusters);
  const options = (label: string) => ({ random: randomFor(`${input.purpose} ${label}`), confidence });
  const flipped = clusteredSignFlipInterval(ordered.values, ordered.of, options('subsets'));
  const studentised = studentisedClusterMean(ordered.values, ordered.of, options('difference'));
  return {
    ...wider(flipped, studentised),
    method: 'paired cluster sign-flip and studentised cluster bootstrap, the wider',
    p: clusteredSignFlip(ordered.values, ordered.of, { random: randomFor(`${input.purpose} signs`) }).p,
  };
}

/** Resampled the right way up: what is drawn at random then says the same of candidate and baseline when they change places. */
function turned(input: MeanDifference, of: (input: MeanDifference) => MadeDifference): MadeDifference {
  if (sum(input.gaps) >= 0) return of(input);
  const made = of({ ...input, gaps: input.gaps.map((gap) => 0 - gap) });
  return { ...made, low: 0 - made.high, high: 0 - made.low };
}

/** For few rows t is not to be trusted: the wider of an interval exact for symmetric differences and one that allows for skew. */
function fewRows({ gaps: unordered, confidence, purpose }: MeanDifference): MadeDifference {
  const gaps = unordered.toSorted();
  const options = (label: string) => ({ random: randomFor(`${purpose} ${label}`), confidence });
  return {
    ...wider(signFlipInterval(gaps, options('subsets')), studentisedMean(gaps, options('difference'))),
    method: 'paired sign-flip and studentised bootstrap, the wider',
    p: signFlip(gaps, { random: randomFor(`${purpose} signs`) }).p,
  };
}

const wider = (a: Interval, b: Interval): Interval => ({
  low: Math.min(a.low, b.low),
  high: Math.max(a.high, b.high),
});

const limits = ({ low, high }: Interval): Interval => ({ low, high });
