import { availableParallelism } from 'node:os';
import { siblingModule } from '../../jobs/local/sibling-module.ts';
import { type JobWorker, startWorker } from '../../jobs/local/start-worker.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import type { RowProblem } from '../../models/check-table.ts';
import type { Signature } from '../../models/signature.ts';
import type { Table } from '../../models/table.ts';
import { openBundle, readBundleFile } from '../../registry/index.ts';
import type { Context } from '../../store/ports.ts';
import type { JsonRecord } from '../records/check-records.ts';
import { createDefaults } from '../records/fill-defaults.ts';
import { type LoadedRelease, loadRelease } from '../runtimes/load-release.ts';
import type { Release } from '../schema.ts';
import { type BlockResult, type LineBlock, type LineScorer, scoreLines } from './score-lines.ts';
import { type ScoredRows, scoreByRecords } from './score-table.ts';
import type { ModelToOpen } from './score-thread.ts';

/** What scores parts of an input, several at a time. */
export interface PartScorer extends AsyncDisposable {
  signature: Signature;
  /** Parts that are scored at once. */
  slots: number;
  /** Rows of a part: what is lost when the process is killed, and what a thread is given at once. */
  partRows: number;
  blockBytes: number;
  /** @param unread What could not be read of the rows, which are rejected for it. */
  scorePart(table: Table, unread: RowProblem[]): Promise<ScoredRows>;
  scoreBlock(block: LineBlock): Promise<BlockResult>;
}

/**
 * Loads a release as serving does, golden records and all, to score with: a model in threads, a service in its own
 * process.
 *
 * @throws BAD_ARGUMENT for a release that takes tensors; what loading throws
 */
export async function openPartScorer(
  context: Context,
  release: Release,
  workers: number = availableParallelism(),
): Promise<PartScorer> {
  const loaded = await loadRelease(context, release);
  const { signature, runtime } = loaded;
  if (signature.fields.length === 0) {
    await runtime.close();
    throw new AirworthyError('BAD_ARGUMENT', {
      message: `${release.model} version ${release.version} takes tensors; only what takes records can be scored from files`,
      remedy: 'Send the tensors to its endpoint by the Open Inference Protocol.',
    });
  }
  if (runtime.scoreTable === undefined) return openServiceScorer(context, loaded);
  await runtime.close();
  const { model } = await openBundle(context, release.bundle);
  const graph =
    model.estimator.kind === 'onnx' ? await readBundleFile(context, release.bundle, 'model.onnx') : null;
  return openThreads({ model, signature, graph }, workers, context.signal);
}

const THREAD = siblingModule(import.meta.url, 'score-thread');

async function openThreads(
  input: ModelToOpen,
  slots: number,
  signal: AbortSignal | undefined,
): Promise<PartScorer> {
  const threads: JobWorker[] = Array.from({ length: slots }, () => startWorker());
  const stop = async () => {
    await Promise.all(threads.map((thread) => thread.stop()));
  };
  try {
    await Promise.all(
      threads.map((thread) => thread.run({ module: THREAD, run: 'openModel', input }, { signal })),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  const free = [...threads];
  const run = async <Result>(name: string, work: unknown): Promise<Result> => {
    // There are never more parts under way than there are threads.
    const thread = free.pop()!;
    try {
      return await thread.run<Result>({ module: THREAD, run: name, input: work }, { signal });
    } finally {
      free.push(thread);
    }
  };
  return {
    signature: input.signature,
    slots,
    partRows: 65_536,
    blockBytes: 4 << 20,
    scorePart: (table, unread) => run('scorePart', { table, unread }),
    scoreBlock: (block) => run('scoreBlock', block),
    [Symbol.asyncDispose]: stop,
  };
}

/** Records given to a service at once. */
const SERVICE_BATCH = 256;

function openServiceScorer({ signal }: Context, { signature, runtime, check }: LoadedRelease): PartScorer {
  const scorer: LineScorer = {
    names: signature.fields.map(({ name }) => name),
    check,
    fill: createDefaults(signature.fields),
    answer: async (records) => {
      const answers = [];
      for (let start = 0; start < records.length; start += SERVICE_BATCH) {
        const batch: readonly JsonRecord[] = records.slice(start, start + SERVICE_BATCH);
        answers.push(...(await runtime.predict(batch, { signal })));
      }
      return answers;
    },
  };
  return {
    signature,
    slots: 2,
    // A service may take long for a record: little is lost when it is killed.
    partRows: 2_048,
    blockBytes: 1 << 18,
    scorePart: (table, unread) => scoreByRecords(signature, scorer.answer, table, unread),
    scoreBlock: (block) => scoreLines(block, scorer),
    [Symbol.asyncDispose]: () => runtime.close(),
  };
}
