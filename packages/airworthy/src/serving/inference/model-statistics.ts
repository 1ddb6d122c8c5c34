import type { Endpoints } from '../endpoints/endpoints.ts';
import type { Statistics } from '../statistics/create-statistics.ts';
import type { BatchTotals, ReleaseTotals } from '../statistics/release-totals.ts';

/** How often, and how long in all. */
export interface StatisticDuration {
  count: number;
  ns: number;
}

/** A model version's counts in the words of the protocol's statistics extension. */
export interface ModelStatistics {
  name: string;
  version: string;
  /** Milliseconds since the epoch; 0 where there was none. */
  last_inference: number;
  inference_count: number;
  execution_count: number;
  inference_stats: Record<(typeof PARTS)[number], StatisticDuration>;
  batch_stats: (Record<(typeof BATCH_PARTS)[number], StatisticDuration> & { batch_size: number })[];
}

const PARTS = [
  'success',
  'fail',
  'queue',
  'compute_input',
  'compute_infer',
  'compute_output',
  'cache_hit',
  'cache_miss',
] as const;
const BATCH_PARTS = ['compute_input', 'compute_infer', 'compute_output'] as const;

/**
 * What each version did since this process serves it, all arms together: of one model or of all; those that are
 * loaded are there even where nobody asked them anything.
 *
 * @throws ENDPOINT_NOT_FOUND, ENDPOINT_NOT_READY, MODEL_VERSION_NOT_FOUND for a model that is named and not there
 */
export function modelStatistics(
  endpoints: Endpoints,
  statistics: Statistics,
  name?: string,
  version?: string,
): ModelStatistics[] {
  if (name !== undefined) endpoints.describe(name, version);
  const served = endpoints.status().filter((each) => each.state === 'ready');
  const totals = statistics.read();
  return served
    .filter(({ endpoint }) => name === undefined || endpoint === name)
    .flatMap(({ endpoint }) => {
      const loaded = endpoints.describe(endpoint).versions;
      return loaded
        .filter((each) => version === undefined || each === version)
        .map((each) => statisticsOf(endpoint, each, totals));
    });
}

function statisticsOf(name: string, version: string, all: readonly ReleaseTotals[]): ModelStatistics {
  const totals = all.filter((each) => each.endpoint === name && String(each.version) === version);
  const sum = (take: (each: ReleaseTotals) => number) =>
    totals.reduce((total, each) => total + take(each), 0);
  const answered = sum(({ outcomes }) => outcomes.answered);
  const failed = sum(({ outcomes }) => Object.values(outcomes).reduce((a, b) => a + b, 0)) - answered;
  const ofAnswered = (take: (each: ReleaseTotals) => number) => duration(answered, sum(take));
  return {
    name,
    version,
    last_inference: Math.max(0, ...totals.map(({ lastAt }) => lastAt)),
    inference_count: sum(({ records }) => records),
    execution_count: Math.round(sum(({ runs }) => runs)),
    inference_stats: {
      success: ofAnswered(({ totalUs }) => totalUs),
      fail: duration(
        failed,
        sum(({ failedUs }) => failedUs),
      ),
      queue: ofAnswered(({ queueUs }) => queueUs),
      compute_input: ofAnswered(({ inputUs }) => inputUs),
      compute_infer: ofAnswered(({ inferUs }) => inferUs),
      compute_output: ofAnswered(({ outputUs }) => outputUs),
      cache_hit: duration(0, 0),
      cache_miss: duration(0, 0),
    },
    batch_stats: bySize(totals.flatMap(({ batches }) => batches)),
  };
}

function bySize(batches: readonly BatchTotals[]): ModelStatistics['batch_stats'] {
  const sizes = [...new Set(batches.map(({ size }) => size))].sort((a, b) => a - b);
  return sizes.map((size) => {
    const same = batches.filter((each) => each.size === size);
    const sum = (key: keyof BatchTotals) => same.reduce((total, each) => total + each[key], 0);
    const runs = Math.round(sum('runs'));
    return {
      batch_size: size,
      compute_input: duration(runs, sum('inputUs')),
      compute_infer: duration(runs, sum('inferUs')),
      compute_output: duration(runs, sum('outputUs')),
    };
  });
}

function duration(count: number, microseconds: number): StatisticDuration {
  return { count, ns: Math.round(microseconds * 1_000) };
}
