import { type KeptWorker, keepWorker } from '../../jobs/local/keep-worker.ts';
import { siblingModule } from '../../jobs/local/sibling-module.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { sha256 } from '../../kernel/ids.ts';
import { compileModel } from '../../models/compile-model.ts';
import type { Model } from '../../models/model.ts';
import type { Scorer } from '../../models/scorer.ts';
import { outputWidth, type Table } from '../../models/table.ts';

/** A scorer that may hold a thread: dispose of it when done. */
export interface OpenScorer extends Scorer, AsyncDisposable {}

const THREAD = siblingModule(import.meta.url, 'onnx-thread');

/**
 * Scores with any model: one of ours in this thread, another program's ONNX graph in a thread of its own, because
 * loading and running it block; a thread that crashes is started again. `readOnnx` gives the graph's bytes and is asked
 * only where the model has one.
 *
 * @throws ONNX_RUNTIME_MISSING, MODEL_INVALID (the bytes are not those the model names, or no graph); scoring throws
 * ONNX_RUN_FAILED, RUNTIME_DOWN where the thread crashed, and the signal's reason once aborted.
 * @example
 * await using scorer = await openScorer(model, () => readBundleFile(context, digest, 'model.onnx'));
 * const scores = await scorer.scoreTable(table);
 */
export async function openScorer(
  model: Model,
  readOnnx: () => Promise<Uint8Array>,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<OpenScorer> {
  if (model.estimator.kind !== 'onnx') {
    const { width, scoreTable } = compileModel(model);
    return { width, scoreTable, async [Symbol.asyncDispose]() {} };
  }
  const open = async () => {
    const bytes = await readOnnx();
    checkGraph(model, bytes);
    return { module: THREAD, run: 'openModel', input: { bytes, model } };
  };
  const worker = await keepWorker<void>(open, { signal });
  return scoreInThread(worker, outputWidth(model.task));
}

/** @throws MODEL_INVALID where the bytes are not the graph that the model names. */
export function checkGraph({ estimator }: Model, bytes: Uint8Array): void {
  if (estimator.kind !== 'onnx' || estimator.digest === sha256(bytes)) return;
  throw new AirworthyError('MODEL_INVALID', {
    message: `the ONNX graph is ${sha256(bytes)}, the model names ${estimator.digest}`,
  });
}

interface Waiting {
  table: Table;
  settle: PromiseWithResolvers<Float64Array>;
}

/** Tables that wait for a run are scored together in the next one; nobody waits for a batch to fill. */
const MOST_ROWS = 4_096;

function scoreInThread(worker: KeptWorker<void>, width: number): OpenScorer {
  const waiting: Waiting[] = [];
  let draining = false;

  async function scoreBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      const tables = batch.map(({ table }) => table);
      const scores = await worker.run<Float64Array>({ module: THREAD, run: 'scoreTables', input: tables });
      let start = 0;
      for (const { table, settle } of batch) {
        settle.resolve(scores.slice(start * width, (start + table.rows) * width));
        start += table.rows;
      }
    } catch (error) {
      // One request's record must not fail those that happened to wait beside it.
      if (batch.length === 1) batch[0].settle.reject(error);
      else for (const alone of batch) await scoreBatch([alone]);
    }
  }

  async function drain(): Promise<void> {
    draining = true;
    while (waiting.length > 0) await scoreBatch(waiting.splice(0, countBatch(waiting)));
    draining = false;
  }

  return {
    width,
    scoreTable(table) {
      const settle = Promise.withResolvers<Float64Array>();
      waiting.push({ table, settle });
      if (!draining) void drain();
      return settle.promise;
    },
    [Symbol.asyncDispose]: () => worker.stop(),
  };
}

/** How many of those that wait go into one run: at least the first. */
function countBatch(waiting: readonly Waiting[]): number {
  let rows = 0;
  const full = waiting.findIndex(({ table }, index) => {
    rows += table.rows;
    return index > 0 && rows > MOST_ROWS;
  });
  return full === -1 ? waiting.length : full;
}
