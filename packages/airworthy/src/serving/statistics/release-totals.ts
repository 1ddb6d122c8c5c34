import { shareOfRun } from './figures-ring.ts';
import type { RequestFigures, RequestOutcome } from './request-figures.ts';

/** What runs of one size came to. Times in microseconds, summed over the answered requests. */
export interface BatchTotals {
  /** Records in a run; above 64 the next power of two. */
  size: number;
  runs: number;
  inputUs: number;
  inferUs: number;
  outputUs: number;
}

/** Everything a release did at an endpoint's arm since this process counts it. Times in microseconds. */
export interface ReleaseTotals {
  endpoint: string;
  arm: string;
  model: string;
  version: number;
  outcomes: Record<RequestOutcome, number>;
  /** Requests by the catalogue's code of the error they ended with. */
  codes: Record<string, number>;
  /** Of answered requests, as all below. */
  records: number;
  runs: number;
  queueUs: number;
  inputUs: number;
  inferUs: number;
  outputUs: number;
  totalUs: number;
  /** Time spent on requests that were not answered. */
  failedUs: number;
  /** By size, ascending. */
  batches: BatchTotals[];
  /** When the last request ended, in ms since the epoch. */
  lastAt: number;
}

/** Sizes up to this are told apart. */
const EXACT_SIZES = 64;

export function createTotals({ endpoint, arm, model, version, at }: RequestFigures): ReleaseTotals {
  const outcomes = { answered: 0, refused: 0, failed: 0, shed: 0, late: 0, left: 0 };
  const times = { queueUs: 0, inputUs: 0, inferUs: 0, outputUs: 0, totalUs: 0, failedUs: 0 };
  const counts = { records: 0, runs: 0, codes: {}, batches: [], lastAt: at };
  return { endpoint, arm, model, version, outcomes, ...counts, ...times };
}

export function addToTotals(totals: ReleaseTotals, figures: RequestFigures): void {
  const { outcome, code, records, batch, queueUs, inputUs, inferUs, totalUs } = figures;
  totals.outcomes[outcome]++;
  totals.lastAt = figures.at;
  if (outcome !== 'answered') {
    totals.failedUs += totalUs;
    if (code !== null) totals.codes[code] = (totals.codes[code] ?? 0) + 1;
    return;
  }
  const share = shareOfRun(records, batch);
  const outputUs = Math.max(0, totalUs - queueUs - inputUs - inferUs);
  totals.records += records;
  totals.runs += share;
  totals.queueUs += queueUs;
  totals.inputUs += inputUs;
  totals.inferUs += inferUs;
  totals.outputUs += outputUs;
  totals.totalUs += totalUs;
  const sized = batchTotals(totals.batches, batch > 0 ? batch : records);
  sized.runs += share;
  sized.inputUs += inputUs;
  sized.inferUs += inferUs;
  sized.outputUs += outputUs;
}

function batchTotals(batches: BatchTotals[], records: number): BatchTotals {
  const size = records <= EXACT_SIZES ? records : 2 ** Math.ceil(Math.log2(records));
  for (const each of batches) if (each.size === size) return each;
  const added = { size, runs: 0, inputUs: 0, inferUs: 0, outputUs: 0 };
  batches.push(added);
  batches.sort((a, b) => a.size - b.size);
  return added;
}
