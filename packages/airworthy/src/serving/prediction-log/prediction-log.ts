import type { Context } from '../../store/ports.ts';
import type { LoggedPrediction, ServingConfig } from '../schema.ts';
import type { PredictionObserver, ServedFailure, ServedPrediction } from './observe-predictions.ts';
import { toLoggedPrediction } from './prediction-rows.ts';
import { prunePredictions } from './prune-predictions.ts';
import { createRowQueue } from './row-queue.ts';
import { toQueued, toRow, writePredictions } from './write-predictions.ts';

const FLUSH_MS = 250;
const FLUSH_ROWS = 500;
/** After a failed write (a full disk), wait this long before the next try. */
const RETRY_MS = 1_000;
const PRUNE_MS = 600_000;
const REPORT_MS = 60_000;
/** Bound on waiting rows by the size of their texts, as a record may hold long strings; the records come on top. */
const QUEUE_BYTES = 64 << 20;

export interface PredictionLogCounts {
  /** On disk. */
  logged: number;
  /** Given up because the queue was full, or could not be written before closing. */
  shed: number;
  /** Same prediction id as one already on disk: the caller sent its traceparent again. */
  repeated: number;
  /** Waiting to be written. */
  queued: number;
}

export interface PredictionLog {
  /** Takes a prediction to be written soon, or sheds and counts it; never throws, never waits. */
  add(served: ServedPrediction): void;
  /** Tells the observer of records that got no prediction; never throws, never waits. */
  addFailure(failure: ServedFailure): void;
  /** A prediction that waits to be written. */
  findQueued(id: string): LoggedPrediction | undefined;
  counts(): PredictionLogCounts;
  /** Resolves when everything added so far is on disk, failures too, or one write has failed. */
  flush(): Promise<void>;
  /** Flushes, then takes nothing more. */
  close(): Promise<void>;
}

/**
 * Writes predictions in batches off the request path, and tells the observer of each batch in the same transaction.
 * What waits is bounded in rows and bytes; when the disk cannot keep up (or is full) new predictions are shed and
 * counted, requests are answered as ever, and writing goes on by itself when it can. Where `enabled` is false no
 * prediction is kept: all are only told to the observer.
 */
export function createPredictionLog(
  context: Context,
  config: ServingConfig['predictionLog'],
  observer?: PredictionObserver,
): PredictionLog {
  const counts = { logged: 0, shed: 0, repeated: 0 };
  const queue = createRowQueue(config.queue, QUEUE_BYTES);
  let taken = 0;
  let failuresWait = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<boolean> | undefined;
  const report = createShedReport(context);
  const pruning = setInterval(() => prune(context, config.retentionDays), PRUNE_MS).unref();

  function wake(inMs: number): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      void writeBatch();
    }, inMs);
  }

  /** True when the batch is on disk. The rows stay in the queue until then, so that none is lost to a failure. */
  function writeBatch(): Promise<boolean> {
    writing ??= writeFirstRows().finally(() => {
      writing = undefined;
      if ((queue.length === 0 && !failuresWait) || closed) return;
      if (report.failing()) wake(RETRY_MS);
      // A batch is waiting already; requests get their turn first.
      else if (queue.length >= FLUSH_ROWS) setImmediate(writeBatch);
      else wake(FLUSH_MS);
    });
    return writing;
  }

  async function writeFirstRows(): Promise<boolean> {
    const batch = queue.first(FLUSH_ROWS);
    if (batch.length === 0 && !failuresWait) return true;
    failuresWait = false;
    try {
      const repeated = await context.store.database.write((sql) =>
        writePredictions(context, sql, batch, observer),
      );
      queue.dropFirst(batch.length);
      taken += batch.length;
      counts.repeated += repeated;
      if (config.enabled) counts.logged += batch.length - repeated;
      observer?.settled(true);
      report.wrote();
      return true;
    } catch (error) {
      failuresWait = true;
      observer?.settled(false);
      report.failed(error);
      return false;
    }
  }

  async function flush(): Promise<void> {
    const goal = taken + queue.length;
    while (writing || taken < goal || failuresWait) if (!(await writeBatch())) return;
  }

  return {
    add(served) {
      if (closed || !queue.offer(toQueued(served, config.enabled))) {
        counts.shed++;
        observer?.shed(served);
        report.shed();
        return;
      }
      if (queue.length === FLUSH_ROWS && !report.failing()) void writeBatch();
      else wake(FLUSH_MS);
    },
    addFailure(failure) {
      if (observer === undefined || closed) return;
      observer.failed(failure);
      failuresWait = true;
      wake(FLUSH_MS);
    },
    findQueued(id) {
      const queued = queue.find(id);
      return queued?.texts
        ? toLoggedPrediction(toRow(context.project, queued.served, queued.texts))
        : undefined;
    },
    counts: () => ({ ...counts, queued: queue.length }),
    flush,
    async close() {
      clearInterval(pruning);
      clearTimeout(timer);
      await flush();
      closed = true;
      clearTimeout(timer);
      counts.shed += queue.length;
      if (queue.length > 0) context.log.error({ predictions: queue.length }, 'predictions lost at shutdown');
      queue.dropFirst(queue.length);
    },
  };
}

async function prune(context: Context, retentionDays: number): Promise<void> {
  try {
    await prunePredictions(context, retentionDays);
  } catch (error) {
    context.log.warn({ error: String(error) }, 'old predictions could not be deleted; trying again later');
  }
}

/** Tells the log what is being shed and why, at most once a minute. */
function createShedReport(context: Context) {
  let failure: unknown;
  let shedSinceReport = 0;
  let reportedAt = Number.NEGATIVE_INFINITY;
  return {
    failing: () => failure !== undefined,
    wrote() {
      failure = undefined;
    },
    failed(error: unknown) {
      if (failure === undefined)
        context.log.warn({ error: String(error) }, 'predictions cannot be written; they wait in memory');
      failure = error;
    },
    shed() {
      shedSinceReport++;
      const now = performance.now();
      if (now - reportedAt < REPORT_MS) return;
      const why = failure === undefined ? 'the queue is full' : String(failure);
      context.log.warn({ shed: shedSinceReport, why }, 'predictions are served but not logged');
      shedSinceReport = 0;
      reportedAt = now;
    },
  };
}
