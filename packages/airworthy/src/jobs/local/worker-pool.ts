import type { Executor, Job, JobOptions } from '../ports.ts';
import { type JobWorker, startWorker, type WorkerLimits } from './start-worker.ts';

export interface WorkerPoolOptions extends WorkerLimits {
  /** How many jobs run at a time; more wait in the order they came. */
  slots: number;
}

/**
 * Threads that are kept for the next job, warm: a new one costs 50 to 100 ms and starts unoptimised.
 * Disposing it stops them all.
 *
 * @example
 * await using pool = createWorkerPool({ slots: 2 });
 * await pool.run({ module, run: 'fit', input });
 */
export function createWorkerPool({ slots, ...limits }: WorkerPoolOptions): Executor {
  const workers = new Set<JobWorker>();
  const idle: JobWorker[] = [];
  const waiting: (() => void)[] = [];
  let free = slots;

  async function takeSlot(): Promise<void> {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function giveSlot(): void {
    const next = waiting.shift();
    if (next) next();
    else free++;
  }

  function takeWorker(): JobWorker {
    const kept = idle.pop();
    if (kept?.alive) return kept;
    const started = startWorker(limits);
    workers.add(started);
    return started;
  }

  function giveBack(worker: JobWorker): void {
    if (worker.alive) idle.push(worker);
    else workers.delete(worker);
  }

  return {
    async run<Result>(job: Job, options: JobOptions = {}): Promise<Result> {
      await takeSlot();
      const worker = takeWorker();
      try {
        return await worker.run<Result>(job, options);
      } finally {
        giveBack(worker);
        giveSlot();
      }
    },
    async [Symbol.asyncDispose]() {
      idle.length = 0;
      await Promise.all([...workers].map((worker) => worker.stop()));
    },
  };
}
