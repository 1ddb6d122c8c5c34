import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { siblingModule } from '../../jobs/local/sibling-module.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { atLeast } from './check-option.ts';
import { type Kernel, kernelModule, loadKernel } from './kernel/load-kernel.ts';
import type { CompiledModule, SharedMemory } from './kernel/web-assembly.ts';
import type { LearnerMemory } from './learner-memory.ts';
import type { LearnerOptions } from './learner-options.ts';
import { OPERATION_NUMBERS, OPERATIONS, type OperationName } from './operations.ts';

/** Threads that share the units of an operation. */
export interface ThreadTeam {
  readonly threads: number;
  readonly kernel: Kernel;
  /** Runs all units, on this thread and the helpers, and returns when all are done. */
  run(operation: OperationName, units: number, ...task: number[]): void;
  dispose(): Promise<void>;
}

/** What a helper thread is started with. */
export interface HelperData {
  memory: SharedMemory;
  module: CompiledModule;
  board: number;
}

/**
 * The board, by which threads agree: 32-bit words, then the task's numbers. A unit is taken by lowering UNITS_LEFT;
 * who lowered it may read the task, which stays until UNITS_DONE says that the last unit is finished.
 */
const UNITS_LEFT = 0;
const UNITS_DONE = 1;
const ROUND = 2;
const OPERATION = 3;
const STOPPED = 4;
const FAILED = 5;
const BOARD_WORDS = 16;
const TASK_NUMBERS = 32;

/** How often a thread looks before it goes to sleep: the next task is mostly microseconds away. */
const LOOKS_BEFORE_SLEEP = 2000;

/** Tells the processor that this is a waiting loop. TypeScript's library does not list it yet. */
const { pause } = Atomics as unknown as { pause(): void };

/** Rows from which starting threads is worth its 50 ms. */
const ROWS_WORTH_THREADS = 10_000;

/** How many threads a fit uses. */
export function threadsFor(rows: number, { threads }: LearnerOptions): number {
  const wanted = threads === undefined ? availableParallelism() : atLeast('threads', threads, 1);
  return rows < ROWS_WORTH_THREADS ? 1 : wanted;
}

export function boardOf(memory: SharedMemory, board: number): { words: Int32Array; task: Float64Array } {
  return {
    words: new Int32Array(memory.buffer, board, BOARD_WORDS),
    task: new Float64Array(memory.buffer, board + BOARD_WORDS * 4, TASK_NUMBERS),
  };
}

/** Starts the helpers and does not wait for them: units are taken by whoever is there. */
export function startTeam(memory: LearnerMemory, threads: number): ThreadTeam {
  const kernel = loadKernel(memory.shared);
  const board = memory.allocate(BOARD_WORDS * 4 + TASK_NUMBERS * 8);
  const { words, task } = boardOf(memory.shared, board);
  const data: HelperData = { memory: memory.shared, module: kernelModule(), board };
  const helpers = Array.from({ length: threads - 1 }, () => startHelper(data));
  return {
    threads,
    kernel,
    run(operation, units, ...numbers) {
      task.set(numbers);
      if (helpers.length === 0) {
        const work = OPERATIONS[OPERATION_NUMBERS[operation]];
        for (let unit = 0; unit < units; unit++) work(kernel, unit, task, memory.shared);
        return;
      }
      words[OPERATION] = OPERATION_NUMBERS[operation];
      Atomics.store(words, UNITS_DONE, 0);
      Atomics.store(words, UNITS_LEFT, units);
      Atomics.add(words, ROUND, 1);
      Atomics.notify(words, ROUND);
      takeUnits(words, task, kernel, memory.shared);
      waitUntilDone(words, units);
      if (Atomics.load(words, FAILED) !== 0) {
        throw new AirworthyError('INTERNAL', { message: `a helper thread failed in ${operation}` });
      }
    },
    async dispose() {
      Atomics.store(words, STOPPED, 1);
      Atomics.add(words, ROUND, 1);
      Atomics.notify(words, ROUND);
      await Promise.all(helpers.map((helper) => helper.ended));
    },
  };
}

function startHelper(data: HelperData): { ended: Promise<void> } {
  const worker = new Worker(siblingModule(import.meta.url, 'helper-thread'), { workerData: data });
  const { promise, resolve } = Promise.withResolvers<void>();
  // A helper that does not come up takes no units; the others do them.
  worker.once('error', () => resolve()).once('exit', () => resolve());
  return { ended: promise };
}

/** Takes and does units until none is left. */
function takeUnits(words: Int32Array, task: Float64Array, kernel: Kernel, memory: SharedMemory): void {
  for (;;) {
    const left = Atomics.load(words, UNITS_LEFT);
    if (left <= 0) return;
    if (Atomics.compareExchange(words, UNITS_LEFT, left, left - 1) !== left) continue;
    try {
      OPERATIONS[words[OPERATION]](kernel, left - 1, task, memory);
    } catch (error) {
      Atomics.store(words, FAILED, 1);
      throw error;
    } finally {
      Atomics.add(words, UNITS_DONE, 1);
      Atomics.notify(words, UNITS_DONE);
    }
  }
}

function waitUntilDone(words: Int32Array, units: number): void {
  for (let looks = 0; ; looks++) {
    const done = Atomics.load(words, UNITS_DONE);
    if (done >= units) return;
    if (looks > LOOKS_BEFORE_SLEEP) Atomics.wait(words, UNITS_DONE, done);
    else pause();
  }
}

/** A helper's life: does units whenever there are some, until the team is disposed of. */
export function serve(words: Int32Array, task: Float64Array, kernel: Kernel, memory: SharedMemory): void {
  let looks = 0;
  while (Atomics.load(words, STOPPED) === 0) {
    const round = Atomics.load(words, ROUND);
    if (Atomics.load(words, UNITS_LEFT) > 0) {
      takeUnits(words, task, kernel, memory);
      looks = 0;
    } else if (looks++ > LOOKS_BEFORE_SLEEP) {
      Atomics.wait(words, ROUND, round);
      looks = 0;
    } else pause();
  }
}
