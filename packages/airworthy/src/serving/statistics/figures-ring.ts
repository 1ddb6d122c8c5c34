import { LATENCY_BUCKETS, latencyBucketOf } from './latency-buckets.ts';
import type { RequestFigures } from './request-figures.ts';

/** Sums over a stretch of time. Latencies are those of answered requests. */
export interface FigureSums {
  requests: number;
  answered: number;
  /** Failed here or came too late: what a caller may blame on the endpoint. */
  failures: number;
  shed: number;
  /** Records of answered requests. */
  records: number;
  /** Runs that answered them; a run that others shared counts by the share of its records. */
  runs: number;
  queueUs: number;
  /** Requests by bucket. */
  latency: Uint32Array;
}

/** One stretch: latencies in full while it is the newest, then `[bucket, count, …]` of those that have any. */
interface Cell extends FigureSums {
  /** How many widths since the epoch. */
  number: number;
}

/** What happened lately, in stretches of equal width; older ones are forgotten. */
export interface FiguresRing {
  readonly widthMs: number;
  add(figures: RequestFigures): void;
  /** Each stretch that had requests and begins at or after `from`, oldest first; times in ms since the epoch. */
  since(from: number): { at: number; sums: FigureSums }[];
}

export function emptySums(): FigureSums {
  const latency = new Uint32Array(LATENCY_BUCKETS);
  return { requests: 0, answered: 0, failures: 0, shed: 0, records: 0, runs: 0, queueUs: 0, latency };
}

/**
 * @param cells how many stretches are kept
 *
 * @example
 * const ring = createFiguresRing(1_000, 300);
 */
export function createFiguresRing(widthMs: number, cells: number): FiguresRing {
  const ring: (Cell | undefined)[] = Array.from({ length: cells });
  let newest: Cell | undefined;

  function cellAt(number: number): Cell {
    // A clock that was set back does not open the past again.
    if (newest !== undefined && number <= newest.number) return newest;
    if (newest !== undefined) newest.latency = packed(newest.latency);
    newest = { ...emptySums(), number };
    ring[number % cells] = newest;
    return newest;
  }

  return {
    widthMs,
    add(figures) {
      addRequest(cellAt(Math.floor(figures.at / widthMs)), figures);
    },
    since(from) {
      const first = Math.max(Math.ceil(from / widthMs), (newest?.number ?? 0) - cells + 1);
      const kept = ring.filter((cell) => cell !== undefined && cell.number >= first) as Cell[];
      kept.sort((a, b) => a.number - b.number);
      return kept.map((cell) => ({
        at: cell.number * widthMs,
        sums: cell === newest ? cell : { ...cell, latency: unpacked(cell.latency) },
      }));
    },
  };
}

function addRequest(sums: FigureSums, { outcome, records, batch, queueUs, totalUs }: RequestFigures): void {
  sums.requests++;
  sums.queueUs += queueUs;
  if (outcome === 'answered') {
    sums.answered++;
    sums.records += records;
    sums.runs += shareOfRun(records, batch);
    sums.latency[latencyBucketOf(totalUs)]++;
  } else if (outcome === 'failed' || outcome === 'late') sums.failures++;
  else if (outcome === 'shed') sums.shed++;
}

/** How many runs a request counts for: of one that others shared its share, so that over them a run counts as one. */
export function shareOfRun(records: number, batch: number): number {
  return batch > 0 ? records / batch : 1;
}

export function addSums(into: FigureSums, more: FigureSums): void {
  into.requests += more.requests;
  into.answered += more.answered;
  into.failures += more.failures;
  into.shed += more.shed;
  into.records += more.records;
  into.runs += more.runs;
  into.queueUs += more.queueUs;
  for (let bucket = 0; bucket < LATENCY_BUCKETS; bucket++) into.latency[bucket] += more.latency[bucket];
}

function packed(counts: Uint32Array): Uint32Array {
  const pairs: number[] = [];
  for (let bucket = 0; bucket < LATENCY_BUCKETS; bucket++)
    if (counts[bucket] > 0) pairs.push(bucket, counts[bucket]);
  return Uint32Array.from(pairs);
}

function unpacked(pairs: Uint32Array): Uint32Array {
  const counts = new Uint32Array(LATENCY_BUCKETS);
  for (let index = 0; index < pairs.length; index += 2) counts[pairs[index]] = pairs[index + 1];
  return counts;
}
