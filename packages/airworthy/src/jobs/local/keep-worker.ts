import { AirworthyError } from '../../kernel/errors.ts';
import type { Job, JobOptions } from '../ports.ts';
import { startWorker } from './start-worker.ts';

/** A thread that was prepared for its jobs, such as by loading what they need; one job at a time. */
export interface KeptWorker<Prepared> {
  /** What preparing it gave. */
  prepared: Prepared;
  /**
   * @throws what the job throws; RUNTIME_DOWN where the thread ends meanwhile: the next job starts another; the signal's
   * reason once aborted
   */
  run<Result>(job: Job): Promise<Result>;
  stop(): Promise<void>;
}

/**
 * Starts a thread, and again when it has ended by itself: memory that ran out, or a crash, costs the job that ran then.
 *
 * @param prepare the job that comes first in each thread
 * @throws what preparing throws
 * @example
 * const worker = await keepWorker(async () => ({ module, run: 'open', input: bytes }));
 * await worker.run({ module, run: 'compute', input: 7 });
 */
export async function keepWorker<Prepared>(
  prepare: () => Promise<Job>,
  options: Pick<JobOptions, 'signal'> = {},
): Promise<KeptWorker<Prepared>> {
  let stopped = false;
  let held = await start();

  async function start() {
    const worker = startWorker();
    try {
      return { worker, prepared: await worker.run<Prepared>(await prepare(), options) };
    } catch (error) {
      await worker.stop();
      throw error;
    }
  }

  return {
    prepared: held.prepared,
    async run<Result>(job: Job): Promise<Result> {
      if (options.signal?.aborted) throw options.signal.reason;
      if (!held.worker.alive && !stopped) held = await start();
      const { worker } = held;
      if (stopped) {
        // It may have been stopped while it was started again.
        await worker.stop();
        throw new AirworthyError('INTERNAL', { message: `"${job.run}" was asked of a stopped thread` });
      }
      try {
        return await worker.run<Result>(job, options);
      } catch (error) {
        if (worker.alive || stopped || options.signal?.aborted) throw error;
        const { message } = error as Error;
        throw new AirworthyError('RUNTIME_DOWN', { message: `${message}; another is started`, cause: error });
      }
    },
    async stop() {
      stopped = true;
      await held.worker.stop();
    },
  };
}
