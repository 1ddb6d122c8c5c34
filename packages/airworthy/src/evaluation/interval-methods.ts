import { bootstrap, byCluster, influenceInterval } from '../stats/bootstrap.ts';
import { studentTSurvivalQuantile } from '../stats/distributions/student-t.ts';
import type { Interval } from '../stats/intervals.ts';
import { createRandom, type Random } from '../stats/random.ts';
import type { WeightedStatistic } from '../stats/weighted-statistic.ts';
import type { Clusters } from './measuring/clusters.ts';

/** An interval and how it was made. A side without a bound is infinite. */
export interface MadeInterval extends Interval {
  method: string;
}

/** Nothing is known. */
export const NO_INTERVAL: MadeInterval = {
  low: Number.NEGATIVE_INFINITY,
  high: Number.POSITIVE_INFINITY,
  method: 'none',
};

/** Fewer independent rows or clusters than this and asymptotics are not to be trusted. */
export const FEW_UNITS = 30;

/** One seed for all resampling, so that the same scores always give the same report. */
const SEED = 1;
const REPLICATES = 2000;
/** Up to this many rows are resampled; with more, the influence of each row says the same at the cost of one pass. */
const RESAMPLED_ROWS = 1000;
/** Row visits a bootstrap may make where there is no influence to use instead. */
const BOOTSTRAP_VISITS = 2e7;
const FEWEST_REPLICATES = 200;
/** Above this share of resamples without a value, the rest say nothing about the statistic. */
const UNDEFINED_SHARE = 0.05;

/** The stream of random numbers for one purpose, whatever else was computed before. */
export function randomFor(purpose: string): Random {
  return createRandom(SEED).fork(purpose);
}

/** What is resampled: rows, whole clusters of them, or where `counts` is given groups of equal rows. */
export interface Resampling {
  statistic: WeightedStatistic;
  counts?: Float64Array;
  clusters?: Clusters | undefined;
  confidence: number;
  purpose: string;
}

/** One model's interval: BCa bootstrap for few rows or for groups, the influence of each row for many. */
export function intervalOf(resampling: Resampling): MadeInterval {
  const { statistic, counts, clusters, confidence } = resampling;
  if (clusters) return clusteredInterval(resampling, clusters);
  const influence = !counts && statistic.size > RESAMPLED_ROWS ? statistic.influence() : null;
  if (influence) {
    const { low, high } = influenceInterval(statistic.value(null), influence, confidence);
    return { low, high, method: 'infinitesimal jackknife' };
  }
  const { low, high, replicates } = resample(resampling, statistic.size);
  return { low, high, method: `bootstrap (BCa, ${replicates}, seed ${SEED})` };
}

/** Whole clusters are drawn; where those are few (a bootstrap errs then) or very many, their influence says it. */
function clusteredInterval(resampling: Resampling, clusters: Clusters): MadeInterval {
  if (clusters.count < 2) return NO_INTERVAL;
  const { statistic, confidence } = resampling;
  const units = byCluster(statistic, clusters.of, clusters.count);
  const rows = clusters.of.length;
  const isCheap = rows * FEWEST_REPLICATES <= BOOTSTRAP_VISITS;
  const isBootstrapped = isCheap && clusters.count >= FEW_UNITS && clusters.count <= RESAMPLED_ROWS;
  const influence = isBootstrapped ? null : units.influence();
  if (influence) {
    const { value, standardError } = influenceInterval(statistic.value(null), influence);
    const half = studentTSurvivalQuantile((1 - confidence) / 2, clusters.count - 1) * standardError;
    return { low: value - half, high: value + half, method: 'clustered infinitesimal jackknife, t' };
  }
  const { low, high, replicates } = resample({ ...resampling, statistic: units }, rows);
  return { low, high, method: `cluster bootstrap (BCa, ${replicates}, seed ${SEED})` };
}

/**
 * The interval of a difference of two models: Student's t with the standard error from the influence of each row, or
 * from a bootstrap where there is none. (BCa limits of differences were found to err twice as often as they say with
 * 25 to 120 rows, these not: test/slow/verdict-error-rates.)
 */
export function intervalOfDifference(resampling: Resampling, df: number): MadeInterval {
  const { statistic, counts, clusters, confidence } = resampling;
  if (clusters && clusters.count < 2) return NO_INTERVAL;
  const units = clusters ? byCluster(statistic, clusters.of, clusters.count) : statistic;
  const influence = counts ? null : units.influence();
  const { value, standardError, method } = influence
    ? { ...influenceInterval(statistic.value(null), influence), method: 'infinitesimal jackknife, t' }
    : resample({ ...resampling, statistic: units }, clusters?.of.length ?? statistic.size);
  const freedom = clusters ? Math.min(df, clusters.count - 1) : df;
  // One row has no standard error: the difference could be anything.
  const half = Number.isNaN(standardError)
    ? Number.POSITIVE_INFINITY
    : studentTSurvivalQuantile((1 - confidence) / 2, freedom) * standardError;
  const name = clusters ? 'paired clustered' : 'paired';
  return { low: value - half, high: value + half, method: `${name} ${method}` };
}

/** `visits`: rows a replicate looks at. */
function resample({ statistic, counts, confidence, purpose }: Resampling, visits: number) {
  const affordable = Math.floor(BOOTSTRAP_VISITS / visits);
  const replicates = Math.max(FEWEST_REPLICATES, Math.min(REPLICATES, affordable));
  const made = bootstrap(statistic, {
    random: randomFor(purpose),
    confidence,
    replicates,
    ...(counts ? { counts } : {}),
  });
  const method = `bootstrap (${replicates}, seed ${SEED}), t`;
  if (made.undefinedShare <= UNDEFINED_SHARE) return { ...made, replicates, method };
  const nothing = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  return { ...made, ...nothing, standardError: Number.POSITIVE_INFINITY, replicates, method };
}
