import { Worker } from 'node:worker_threads';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Job, JobOptions } from '../ports.ts';
import { decodeJobError } from './job-error.ts';
import { siblingModule } from './sibling-module.ts';
import type { JobMessage, JobRequest } from './worker-main.ts';

/** Limits of a worker thread. */
export interface WorkerLimits {
  /** Heap of the thread in MB, at least 32 (SharedArrayBuffers live outside it). Node's own default where absent. */
  memoryMegabytes?: number;
}

/** With less, a thread can run out of memory while it takes its input, which ends the whole process. */
const LEAST_MEMORY = 32;

/** A thread that runs one job at a time. */
export interface JobWorker {
  run<Result>(job: Job, options?: JobOptions): Promise<Result>;
  /** False once the thread has ended or is about to: stopped, aborted, out of memory, or crashed. */
  readonly alive: boolean;
  stop(): Promise<void>;
}

/** Starts a thread. It inherits the process's Node options, so that `--conditions` hold in it too. */
export function startWorker(limits: WorkerLimits = {}): JobWorker {
  const { memoryMegabytes = Infinity } = limits;
  if (memoryMegabytes < LEAST_MEMORY) {
    throw new AirworthyError('BAD_ARGUMENT', {
      message: `a thread needs at least ${LEAST_MEMORY} MB of memory, not ${memoryMegabytes}`,
      at: 'memoryMegabytes',
    });
  }
  const worker = new Worker(siblingModule(import.meta.url, 'worker-main'), {
    ...threadOptions(),
    ...(limits.memoryMegabytes === undefined
      ? {}
      : { resourceLimits: { maxOldGenerationSizeMb: limits.memoryMegabytes } }),
  });
  let alive = true;
  const markDead = (): void => {
    alive = false;
  };
  worker.once('exit', markDead).once('error', markDead);
  // An idle thread does not keep the process alive; a running job does.
  worker.unref();
  return {
    run<Result>(job: Job, options: JobOptions = {}): Promise<Result> {
      if (options.signal?.aborted) return Promise.reject(options.signal.reason);
      options.signal?.addEventListener('abort', markDead, { once: true });
      return runJob<Result>(worker, job, options, limits).finally(() =>
        options.signal?.removeEventListener('abort', markDead),
      );
    },
    get alive() {
      return alive;
    },
    async stop() {
      await worker.terminate();
    },
  };
}

/**
 * A thread inherits all options by default. `--input-type` (of `node -e`) it refuses, being a file; then it gets
 * the conditions alone, because it refuses the options of V8 too when they are listed.
 */
function threadOptions(): { execArgv?: string[] } {
  const runsText = process.execArgv.some((option) => option.startsWith('--input-type'));
  return runsText
    ? { execArgv: process.execArgv.filter((option) => option.startsWith('--conditions=')) }
    : {};
}

function runJob<Result>(
  worker: Worker,
  job: Job,
  { signal, onProgress }: JobOptions,
  limits: WorkerLimits,
): Promise<Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  const onMessage = (message: JobMessage): void => {
    if (message.kind === 'progress') onProgress?.(message.message);
    else if (message.kind === 'result') resolve(message.result as Result);
    else reject(decodeJobError(message.error));
  };
  const onError = (error: unknown): void => reject(crashOf(error, job, limits));
  const onExit = (code: number): void =>
    reject(
      new AirworthyError('INTERNAL', { message: `the thread running "${job.run}" ended with code ${code}` }),
    );
  const onAbort = (): void => {
    reject(signal?.reason);
    void worker.terminate();
  };
  worker.ref();
  worker.on('message', onMessage).once('error', onError).once('exit', onExit);
  signal?.addEventListener('abort', onAbort, { once: true });
  const request: JobRequest = { module: job.module.href, run: job.run, input: job.input };
  try {
    worker.postMessage(request);
  } catch (error) {
    reject(error);
  }
  return promise.finally(() => {
    worker.unref();
    worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    signal?.removeEventListener('abort', onAbort);
  });
}

function crashOf(error: unknown, job: Job, limits: WorkerLimits): AirworthyError {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    const limit = limits.memoryMegabytes === undefined ? 'its heap' : `its ${limits.memoryMegabytes} MB heap`;
    return new AirworthyError('JOB_OUT_OF_MEMORY', { message: `"${job.run}" needs more than ${limit}` });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new AirworthyError('INTERNAL', {
    message: `the thread running "${job.run}" failed: ${message}`,
    cause: error,
  });
}
