import type { Clock } from '../../kernel/clock.ts';
import { addSums, createFiguresRing, emptySums, type FigureSums, type FiguresRing } from './figures-ring.ts';
import { quantileMs } from './latency-buckets.ts';
import { addToTotals, createTotals, type ReleaseTotals } from './release-totals.ts';
import type { RequestCounter, RequestFigures } from './request-figures.ts';
import type { ArmFigures, FigurePoint } from './schema.ts';

/** What requests came to, by endpoint, arm and release. Memory is bounded, whatever is served for however long. */
export interface Statistics extends RequestCounter {
  /** Since this process counts; by endpoint, arm, model and version. */
  read(): ReleaseTotals[];
  /** Each arm's release over the last minutes (1 to 60); those that answered nothing in them are left out. */
  arms(endpoint: string, minutes: number): Omit<ArmFigures, 'memoryBytes'>[];
  /** Stretches that had requests: seconds up to five minutes back, beyond that ten seconds; oldest first. */
  series(endpoint: string, minutes: number): FigurePoint[];
}

/** Minutes for which seconds are kept. */
const FINE_MINUTES = 5;
const COARSE_MINUTES = 60;
/** What a rate "now" is taken over. */
const RATE_SECONDS = 10;
/** Releases counted at one time; beyond it the one that is silent for longest is forgotten. */
const RELEASES = 128;

interface Counted {
  totals: ReleaseTotals;
  fine: FiguresRing;
  coarse: FiguresRing;
}

/**
 * @example
 * const statistics = createStatistics(context.clock);
 * const endpoints = createEndpoints(context, { config, counter: statistics });
 * statistics.arms('flight-delays', 5); // [{ arm: 'champion', rate: 120.4, p99Ms: 3.1, … }]
 */
export function createStatistics(clock: Clock): Statistics {
  const counted: Counted[] = [];

  function countedFor(figures: RequestFigures): Counted {
    // A handful of releases: a scan is quicker than to build a key.
    for (const each of counted) if (isOf(each.totals, figures)) return each;
    if (counted.length === RELEASES) counted.splice(silentForLongest(counted), 1);
    const added = {
      totals: createTotals(figures),
      fine: createFiguresRing(1_000, FINE_MINUTES * 60),
      coarse: createFiguresRing(10_000, COARSE_MINUTES * 6),
    };
    counted.push(added);
    return added;
  }

  const of = (endpoint: string) => counted.filter(({ totals }) => totals.endpoint === endpoint);

  return {
    count(figures) {
      const each = countedFor(figures);
      addToTotals(each.totals, figures);
      each.fine.add(figures);
      each.coarse.add(figures);
    },
    read: () => counted.map(({ totals }) => structuredClone(totals)).sort(byName),
    arms(endpoint, minutes) {
      const now = clock.now();
      return of(endpoint)
        .sort((a, b) => byName(a.totals, b.totals))
        .flatMap((each) => describeArm(each, now, minutes) ?? []);
    },
    series(endpoint, minutes) {
      const from = clock.now() - minutes * 60_000;
      return of(endpoint)
        .flatMap((each) => describePoints(each, ringFor(each, minutes), from))
        .sort((a, b) => a.at - b.at);
    },
  };
}

function isOf(totals: ReleaseTotals, { endpoint, arm, version, model }: RequestFigures): boolean {
  return (
    totals.version === version && totals.arm === arm && totals.endpoint === endpoint && totals.model === model
  );
}

function silentForLongest(counted: readonly Counted[]): number {
  const last = counted.map(({ totals }) => totals.lastAt);
  return last.indexOf(Math.min(...last));
}

function byName(a: ReleaseTotals, b: ReleaseTotals): number {
  const names = (totals: ReleaseTotals) => [totals.endpoint, totals.arm, totals.model].join(' ');
  return names(a) === names(b) ? a.version - b.version : names(a) < names(b) ? -1 : 1;
}

function ringFor({ fine, coarse }: Counted, minutes: number): FiguresRing {
  return minutes <= FINE_MINUTES ? fine : coarse;
}

function describeArm(
  each: Counted,
  now: number,
  minutes: number,
): Omit<ArmFigures, 'memoryBytes'> | undefined {
  const sums = sumSince(ringFor(each, minutes), now - minutes * 60_000);
  if (sums.requests === 0) return undefined;
  const { arm, model, version } = each.totals;
  const lately = sumSince(each.fine, now - RATE_SECONDS * 1_000);
  return {
    arm,
    model,
    version,
    rate: lately.requests / RATE_SECONDS,
    requests: sums.requests,
    failures: sums.failures,
    shed: sums.shed,
    p50Ms: quantileMs(sums.latency, 0.5),
    p95Ms: quantileMs(sums.latency, 0.95),
    p99Ms: quantileMs(sums.latency, 0.99),
    batchMean: batchMean(sums),
    queue: queueOver(lately, RATE_SECONDS),
  };
}

function describePoints({ totals }: Counted, ring: FiguresRing, from: number): FigurePoint[] {
  const seconds = ring.widthMs / 1_000;
  return ring.since(from).map(({ at, sums }) => ({
    at,
    arm: totals.arm,
    version: totals.version,
    rate: sums.requests / seconds,
    failures: sums.failures,
    p50Ms: quantileMs(sums.latency, 0.5),
    p99Ms: quantileMs(sums.latency, 0.99),
    batchMean: batchMean(sums),
    queue: queueOver(sums, seconds),
  }));
}

function sumSince(ring: FiguresRing, from: number): FigureSums {
  const total = emptySums();
  for (const { sums } of ring.since(from)) addSums(total, sums);
  return total;
}

function batchMean({ records, runs }: FigureSums): number | null {
  return runs === 0 ? null : records / runs;
}

/** Little's law: who waits on average is what was waited in all, over the time it was waited in. */
function queueOver({ queueUs }: FigureSums, seconds: number): number {
  return queueUs / (seconds * 1e6);
}
