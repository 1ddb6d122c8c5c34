import type { Kysely } from 'kysely';
import type { PredictionObserver, ServedBy, ServedPrediction } from '../serving/index.ts';
import type { Context } from '../store/ports.ts';
import type { Schema } from '../store/sql/schema.ts';
import { readVersionReference } from './reference.ts';
import type { MonitoringConfig } from './schema.ts';
import { type Accumulator, createAccumulator } from './sketch/accumulator.ts';
import type { Layout } from './sketch/layout.ts';
import { emptySketch, mergeSketches, type WindowSketch } from './sketch/window-sketch.ts';
import type { Calendar } from './windows/calendar.ts';
import { addToSketch, isSameStream, streamKey, type WindowKey } from './windows/window-rows.ts';

const DAY_MS = 86_400_000;

export interface WindowObserver extends PredictionObserver {
  /** Predictions that came with a time beyond the retention, since the start: they are in no window. */
  tooOld(): number;
}

/** What one batch has for one window. */
interface Share {
  key: WindowKey;
  bundle: string;
  predictions: ServedPrediction[];
  /** Failures and what was shed. */
  beside: WindowSketch;
}

/**
 * Counts what is served into windows of an hour by the time of the prediction, in the transaction that writes the
 * predictions: what is on disk is the state, nothing that counts is kept in memory between two batches, so that
 * windows are right after any crash and whichever process writes them. Failures wait in memory for the next batch.
 */
export function createWindowObserver(
  context: Context,
  config: Pick<MonitoringConfig, 'retentionDays'>,
  calendar: Calendar,
): WindowObserver {
  const accumulators = new WeakMap<Layout, Accumulator>();
  /** Failures since the last batch, and what the batch under way is to write. */
  let waiting = createShares(calendar);
  let underWay = createShares(calendar);
  let tooOld = 0;
  let tooOldInBatch = 0;

  async function sketchShare({ bundle, predictions, beside }: Share): Promise<WindowSketch> {
    if (predictions.length === 0) return beside;
    const { layout } = await readVersionReference(context, bundle);
    const accumulator = accumulators.get(layout) ?? createAccumulator(layout);
    // Given back once it is empty: one that failed midway is not used again.
    accumulators.delete(layout);
    for (const { record, prediction, latencyUs } of predictions)
      accumulator.observe(record, prediction, latencyUs);
    const counted = accumulator.take();
    accumulators.set(layout, accumulator);
    return mergeSketches(beside, counted);
  }

  return {
    async record(sql: Kysely<Schema>, batch) {
      underWay = waiting;
      waiting = createShares(calendar);
      const oldest = context.clock.now() - config.retentionDays * DAY_MS;
      tooOldInBatch = 0;
      for (const served of batch) {
        if (served.at < oldest) tooOldInBatch += 1;
        else underWay.of(served).predictions.push(served);
      }
      for (const share of underWay.all())
        await addToSketch(context, sql, share.key, await sketchShare(share));
    },
    settled(committed) {
      if (committed) tooOld += tooOldInBatch;
      else waiting.addFailures(underWay.all());
      underWay = createShares(calendar);
      tooOldInBatch = 0;
    },
    failed(failure) {
      const { failures } = waiting.of(failure).beside;
      failures[failure.code] = (failures[failure.code] ?? 0) + failure.records;
    },
    shed(served) {
      waiting.of(served).beside.shed += 1;
    },
    tooOld: () => tooOld,
  };
}

/** Shares by window. Neighbours mostly belong to the same one, so that it is looked at first. */
function createShares(calendar: Calendar) {
  const byWindow = new Map<string, Share>();
  let last: Share | undefined;

  function of(served: Omit<WindowKey, 'width' | 'start'> & Pick<ServedBy, 'bundle' | 'at'>): Share {
    const { start } = calendar.windowOf('hour', served.at);
    if (last && last.key.start === start && isSameStream(last.key, served)) return last;
    const { endpoint, model, version, arm, bundle } = served;
    const key: WindowKey = { endpoint, model, version, arm, width: 'hour', start };
    const name = `${start} ${streamKey(key)}`;
    last = byWindow.get(name) ?? { key, bundle, predictions: [], beside: emptySketch() };
    byWindow.set(name, last);
    return last;
  }

  return {
    of,
    all: () => byWindow.values(),
    addFailures(others: Iterable<Share>): void {
      for (const { key, bundle, beside } of others) {
        const share = of({ ...key, bundle, at: key.start });
        share.beside = mergeSketches(share.beside, beside);
      }
    },
  };
}
