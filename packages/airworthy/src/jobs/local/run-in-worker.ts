import type { Job, JobOptions } from '../ports.ts';
import { startWorker, type WorkerLimits } from './start-worker.ts';

/**
 * Runs one job in a thread of its own, which ends with it.
 *
 * @throws AirworthyError what the job threw; JOB_OUT_OF_MEMORY beyond `memoryMegabytes`; the signal's reason when aborted.
 * @example
 * // sums.ts: export const total = (values: number[]) => values.reduce((a, b) => a + b, 0);
 * await runInWorker({ module: siblingModule(import.meta.url, 'sums'), run: 'total', input: [1, 2, 3] }); // 6
 */
export async function runInWorker<Result>(
  job: Job,
  options: JobOptions & WorkerLimits = {},
): Promise<Result> {
  const { memoryMegabytes, ...rest } = options;
  const worker = startWorker(memoryMegabytes === undefined ? {} : { memoryMegabytes });
  try {
    return await worker.run<Result>(job, rest);
  } finally {
    await worker.stop();
  }
}
