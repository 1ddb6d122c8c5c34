import { studentisedClusterMean } from '../../stats/clustered/clustered-resampling.ts';
import { normalSurvival } from '../../stats/distributions/normal.ts';
import { studentTSurvivalQuantile } from '../../stats/distributions/student-t.ts';
import {
  clopperPearson,
  type Interval,
  meanWithClusteredT,
  meanWithT,
  unseenShare,
  wilson,
} from '../../stats/intervals.ts';
import { mean, sum } from '../../stats/sums.ts';
import { FEW_UNITS, type MadeInterval, NO_INTERVAL, randomFor } from '../interval-methods.ts';
import type { Clusters } from './clusters.ts';

export interface MeanOf {
  values: Float64Array;
  clusters?: Clusters | undefined;
  /** Every value a row can have is 0 or 1. */
  binary: boolean;
  /** What a value can be: its interval stays within, and what rows not yet seen could do is taken from it. */
  range: Interval;
  confidence: number;
  /** Names the stream of random numbers. */
  purpose: string;
}

/**
 * The mean of a metric over rows, with the interval that fits the data: shares by Wilson's (in clusters at their effective number
 * of rows), other values by t, clustered where rows come in clusters. Where every row shows the same the interval is what rows
 * not yet seen could still do: it never has no width.
 */
export function meanInterval(input: MeanOf): MadeInterval {
  const { values, clusters, range, confidence } = input;
  // Means over several trials lie in between: those are no share of rows.
  const isShare = input.binary && values.every((value) => value === 0 || value === 1);
  if (values.every((value) => value === values[0])) return intervalOfAlike(input, isShare);
  if (clusters) return clusteredMean(input, isShare);
  if (isShare) return { ...wilson(sum(values), values.length, confidence), method: 'Wilson' };
  return { ...within(meanWithT(values, confidence), range), method: 'Student t' };
}

function intervalOfAlike({ values, clusters, range, confidence }: MeanOf, isShare: boolean): MadeInterval {
  const n = values.length;
  if (isShare && !clusters)
    return { ...clopperPearson(sum(values), n, confidence), method: 'Clopper-Pearson' };
  return unseenRows(values[0], range, clusters?.count ?? n, confidence);
}

/** All rows gave the same: the share that would not is bounded exactly, and what those would give by the metric's range. */
export function unseenRows(value: number, range: Interval, units: number, confidence: number): MadeInterval {
  const share = unseenShare(units, confidence);
  return {
    low: Number.isFinite(range.low) ? value - share * (value - range.low) : range.low,
    high: Number.isFinite(range.high) ? value + share * (range.high - value) : range.high,
    method: 'exact (unseen rows)',
  };
}

function clusteredMean(input: MeanOf, isShare: boolean): MadeInterval {
  const { values, range, confidence } = input;
  const clusters = input.clusters as Clusters;
  if (clusters.count < 2) return NO_INTERVAL;
  const { value, standardError, low, high } = meanWithClusteredT(values, clusters.of, confidence);
  // Every cluster has the same mean though its rows differ: what another would have is bounded by how many were seen.
  if (!(standardError > Number.EPSILON * Math.abs(value)))
    return unseenRows(value, range, clusters.count, confidence);
  if (isShare) {
    const effective = (value * (1 - value)) / standardError ** 2;
    const made = wilson(value * effective, effective, confidenceAsT(confidence, clusters.count - 1));
    return { ...made, method: 'clustered Wilson (effective n)' };
  }
  if (clusters.count >= FEW_UNITS) return { ...within({ low, high }, range), method: 'clustered t' };
  const random = randomFor(`${input.purpose} clusters`);
  const ordered = inOrder(values, clusters);
  const studentised = studentisedClusterMean(ordered.values, ordered.of, { random, confidence });
  const wider = { low: Math.min(low, studentised.low), high: Math.max(high, studentised.high) };
  return { ...within(wider, range), method: 'clustered t and studentised cluster bootstrap, the wider' };
}

/** The confidence at which z is what t with so many degrees of freedom is at this one. */
export function confidenceAsT(confidence: number, df: number): number {
  return 1 - 2 * normalSurvival(studentTSurvivalQuantile((1 - confidence) / 2, df));
}

/** Rows in the order of their clusters, and those by mean and size: random draws then do not depend on the order of rows. */
export function inOrder(values: Float64Array, clusters: Clusters): { values: Float64Array; of: Int32Array } {
  const members = Array.from({ length: clusters.count }, () => [] as number[]);
  for (let row = 0; row < values.length; row++) members[clusters.of[row]].push(values[row]);
  const sorted = members
    .map((own) => Float64Array.from(own).sort())
    .map((own) => ({ own, mean: mean(own) }))
    .sort((a, b) => a.mean - b.mean || a.own.length - b.own.length);
  return {
    values: Float64Array.from(sorted.flatMap(({ own }) => [...own])),
    of: Int32Array.from(sorted.flatMap(({ own }, cluster) => new Array<number>(own.length).fill(cluster))),
  };
}

function within({ low, high }: Interval, range: Interval): Interval {
  return { low: Math.max(range.low, low), high: Math.min(range.high, high) };
}
