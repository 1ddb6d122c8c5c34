import { AirworthyError } from '../../kernel/errors.ts';
import type { RunLimits } from '../runtimes/runtime.ts';

/** A request's share of a run. */
export interface BatchItem<Input> {
  input: Input;
  rows: number;
  limits: RunLimits;
}

/** What came of a request, and of the run it was in. Times in microseconds. */
export interface BatchedResult<Result> {
  result: Result;
  queueUs: number;
  inferUs: number;
  /** Rows of the run. */
  batch: number;
}

export interface BatcherOptions<Input, Result> {
  /** One run: a result for each input, in their order. */
  run(inputs: readonly Input[], limits: RunLimits): Promise<Result[]>;
  /** Inputs share a run where this is equal; null: never with another. */
  shapeOf(input: Input): string | null;
  /** Most rows a run; one request of more is a run of its own. */
  maxRows: number;
  /** How many runs at once. */
  slots: number;
  /** Told of each run that succeeded: rows, and milliseconds. */
  onRun?(rows: number, ms: number): void;
}

/** Puts requests that wait together into runs. */
export interface Batcher<Input, Result> {
  add(item: BatchItem<Input>): Promise<BatchedResult<Result>>;
  waiting(): number;
  running(): number;
}

interface Waiting<Input, Result> extends BatchItem<Input> {
  since: number;
  settle: PromiseWithResolvers<BatchedResult<Result>>;
}

/**
 * Greedy batching: while a slot is free, what has arrived by the end of the turn is one run; while all are busy, requests
 * gather and the next free slot takes as many as fit. Nobody waits for a batch to fill, so that an idle endpoint answers
 * at once and a busy one makes large runs. What has expired or was abandoned is dropped before the run. Where a run fails,
 * its requests are tried singly, once, so that one request's record fails nobody else.
 *
 * @example
 * const batcher = createBatcher({ run: (inputs) => graph.run(inputs), shapeOf: () => '', maxRows: 4_096, slots: 1 });
 * const { result, batch } = await batcher.add({ input: table, rows: 3, limits: {} });
 */
export function createBatcher<Input, Result>(options: BatcherOptions<Input, Result>): Batcher<Input, Result> {
  const { shapeOf, maxRows, slots } = options;
  const byShape = new Map<string, Waiting<Input, Result>[]>();
  let alone = 0;
  let waiting = 0;
  let running = 0;
  let flushing = false;

  function flush(): void {
    flushing = false;
    while (running < slots) {
      const batch = takeOldest();
      if (batch === undefined) return;
      running++;
      void runBatch(options, batch).finally(() => {
        running--;
        flush();
      });
    }
  }

  /** The requests of the shape that has waited longest, as many as fit; undefined where nothing waits. */
  function takeOldest(): Waiting<Input, Result>[] | undefined {
    // A map keeps the order in which shapes began to wait.
    for (const [shape, queue] of byShape) {
      const taken = queue.splice(0, countFitting(queue, maxRows));
      byShape.delete(shape);
      // What is left goes behind the other shapes.
      if (queue.length > 0) byShape.set(shape, queue);
      waiting -= taken.length;
      const wanted = taken.filter(isWanted);
      if (wanted.length > 0) return wanted;
    }
    return undefined;
  }

  return {
    add(item) {
      const settle = Promise.withResolvers<BatchedResult<Result>>();
      const shape = shapeOf(item.input) ?? `alone ${alone++}`;
      const queue = byShape.get(shape) ?? [];
      byShape.set(shape, queue);
      queue.push({ ...item, since: performance.now(), settle });
      waiting++;
      if (!flushing && running < slots) {
        flushing = true;
        setImmediate(flush);
      }
      return settle.promise;
    },
    waiting: () => waiting,
    running: () => running,
  };
}

/** How many of those that wait go into one run: at least the first. */
function countFitting(queue: readonly { rows: number }[], maxRows: number): number {
  let rows = 0;
  const full = queue.findIndex((item, index) => {
    rows += item.rows;
    return index > 0 && rows > maxRows;
  });
  return full === -1 ? queue.length : full;
}

/** False, and the request is told, where nobody would have its answer any more. */
function isWanted<Input, Result>({ limits, since, settle }: Waiting<Input, Result>): boolean {
  const refusal = findRefusal(limits, since);
  if (refusal) settle.reject(refusal);
  return refusal === undefined;
}

/** Why a request is not to be run any more: its deadline has passed, or its client has left. */
export function findRefusal({ deadline, signal }: RunLimits, since: number): AirworthyError | undefined {
  if (signal?.aborted) return abandoned();
  return deadline !== undefined && performance.now() > deadline ? expired(since) : undefined;
}

export function abandoned(): AirworthyError {
  return new AirworthyError('REQUEST_ABANDONED', { message: 'the client left before it was answered' });
}

/** @param since when it began to wait, on the clock of `performance.now()` */
export function expired(since: number): AirworthyError {
  const waited = Math.round(performance.now() - since);
  return new AirworthyError('DEADLINE_EXCEEDED', {
    message: `the time the request gave was over after it had waited ${waited} ms`,
  });
}

async function runBatch<Input, Result>(
  options: BatcherOptions<Input, Result>,
  batch: readonly Waiting<Input, Result>[],
): Promise<void> {
  const rows = batch.reduce((sum, item) => sum + item.rows, 0);
  const began = performance.now();
  try {
    const results = await options.run(
      batch.map((item) => item.input),
      limitsOf(batch),
    );
    const ms = performance.now() - began;
    options.onRun?.(rows, ms);
    for (const [index, { since, settle }] of batch.entries())
      settle.resolve({
        result: results[index],
        queueUs: (began - since) * 1_000,
        inferUs: ms * 1_000,
        batch: rows,
      });
  } catch (error) {
    // One request's record must not fail those that happened to wait beside it.
    if (batch.length === 1) batch[0].settle.reject(error);
    else for (const item of batch) if (isWanted(item)) await runBatch(options, [item]);
  }
}

/** A run that several share goes on until the last of them has no use for it, whoever leaves. */
function limitsOf(batch: readonly { limits: RunLimits }[]): RunLimits {
  if (batch.length === 1) return batch[0].limits;
  const last = Math.max(...batch.map(({ limits }) => limits.deadline ?? Number.POSITIVE_INFINITY));
  return Number.isFinite(last) ? { deadline: last } : {};
}
