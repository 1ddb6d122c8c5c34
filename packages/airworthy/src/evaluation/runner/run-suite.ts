import { AirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import { readCasesAt, type StoredCase } from '../cases/store-cases.ts';
import type { Task } from '../tasks/task.ts';
import { type DoneUnits, readDone } from './done-units.ts';
import { createResultWriter } from './result-writer.ts';
import { type CaseAnswer, type CaseEnvironment, runCases } from './run-case.ts';
import { type Schedule, scheduleUnits } from './schedule.ts';

/** Cases read at a time. */
const WINDOW = 256;

export interface SuiteRun extends CaseEnvironment {
  evaluation: string;
  cases: number;
  trials: number;
  /** Decides the order. */
  order: string;
  tasks: readonly Task[];
  concurrency: number;
  /** Milliseconds it may take; unlimited where absent. */
  withinMs?: number | undefined;
  /** Told of each answer as it comes. */
  onAnswer?(answer: CaseAnswer): void;
  /**
   * Asked after every 20 cases of all tasks, with everything so far on disk: true ends the run, because what was asked is
   * decided.
   */
  isDecided?: (() => Promise<boolean>) | undefined;
}

/** How a run ended: all done, decided before its end, or a budget spent. */
export type RunEnd = 'done' | 'decided' | 'budget';

const LOOK_EVERY = 20;

/**
 * Runs every task on every case as often as there are trials, all tasks of a case side by side, and writes rows as they
 * come. What is on disk already is not run again. Memory does not grow with the number of cases. Rejects with the
 * signal's reason when the person stops it; everything that was answered is kept.
 */
export async function runSuite(context: Context, run: SuiteRun): Promise<RunEnd> {
  const schedule = scheduleUnits({ cases: run.cases, trials: run.trials, seed: run.order });
  const done = await readDone(context, run);
  const writer = createResultWriter(context, run.evaluation);
  const stop = new AbortController();
  const onAbort = () => stop.abort(context.signal?.reason);
  context.signal?.throwIfAborted();
  context.signal?.addEventListener('abort', onAbort, { once: true });
  const deadline = performance.now() + (run.withinMs ?? Number.POSITIVE_INFINITY);
  let end: RunEnd = 'done';
  const work = itemsOf(context, run, schedule, done);
  const lanes = createLanes(run.concurrency);
  try {
    for await (const item of work) {
      if (item === 'look') {
        await lanes.empty();
        await writer.flush();
        if (await run.isDecided?.()) {
          end = 'decided';
          break;
        }
        continue;
      }
      if (performance.now() > deadline) {
        end = 'budget';
        break;
      }
      await lanes.enter(async () => {
        for await (const answer of runCases(item.task, item.cases, item.trial, run, stop.signal)) {
          await writer.add(answer.result, answer.scores);
          run.onAnswer?.(answer);
        }
      });
    }
    await lanes.empty();
  } catch (error) {
    // What is under way when the budget is spent is paid for: it ends, and nothing new begins.
    if (!isBudgetSpent(error)) stop.abort(error);
    await lanes.empty().catch(() => {});
    await writer.flush();
    context.signal?.throwIfAborted();
    if (!isBudgetSpent(error)) throw error;
    end = 'budget';
  } finally {
    context.signal?.removeEventListener('abort', onAbort);
  }
  await writer.flush();
  return end;
}

function isBudgetSpent(error: unknown): boolean {
  return AirworthyError.is(error) && error.code === 'EVALUATION_BUDGET_SPENT';
}

/** What one lane does at a time: a case, or many of a task that takes many at once. */
interface Item {
  task: Task;
  cases: StoredCase[];
  trial: number;
}

/** What is still to be done, in the order of the schedule; a `look` after every 20 units where somebody looks. */
async function* itemsOf(
  context: Context,
  { evaluation, tasks, isDecided }: SuiteRun,
  schedule: Schedule,
  done: DoneUnits,
): AsyncGenerator<Item | 'look'> {
  for (let start = 0; start < schedule.units; start += WINDOW) {
    const units = Array.from({ length: Math.min(WINDOW, schedule.units - start) }, (_, index) =>
      schedule.at(start + index),
    );
    const open = units.filter((unit) => tasks.some((_, task) => !done.has(task, unit)));
    const cases = await readCasesAt(context, evaluation, [...new Set(open.map(({ position }) => position))]);
    const gathered = createGatherer();
    for (const [index, unit] of units.entries()) {
      const each = cases.get(unit.position);
      for (const [number, task] of tasks.entries()) {
        if (each === undefined || done.has(number, unit)) continue;
        if (task.runBatch !== undefined) gathered.add(task, each, unit.trial);
        else yield { task, cases: [each], trial: unit.trial };
      }
      const isLook = isDecided !== undefined && (start + index + 1) % LOOK_EVERY === 0;
      if (isLook || index === units.length - 1) yield* gathered.take();
      if (isLook) yield 'look';
    }
  }
}

/** Puts cases of tasks that take many at once together, by task and trial. */
function createGatherer() {
  let items = new Map<string, Item>();
  return {
    add(task: Task, each: StoredCase, trial: number): void {
      const key = `${trial} ${task.name}`;
      const item = items.get(key) ?? { task, cases: [], trial };
      items.set(key, item);
      item.cases.push(each);
    },
    take(): Iterable<Item> {
      const taken = items.values();
      items = new Map();
      return taken;
    },
  };
}

/** So many pieces of work at a time. */
interface Lanes {
  /** Resolves when there is room for the work, which is then under way. Rejects once any has failed. */
  enter(work: () => Promise<void>): Promise<void> | undefined;
  /** Resolves when none is under way; rejects with the first failure. */
  empty(): Promise<void>;
}

function createLanes(width: number): Lanes {
  let active = 0;
  let failure: { error: unknown } | undefined;
  let wake: (() => void) | undefined;
  const settle = () => {
    active -= 1;
    wake?.();
  };
  const turn = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  return {
    async enter(work) {
      while (active >= width && failure === undefined) await turn();
      if (failure !== undefined) throw failure.error;
      active += 1;
      work()
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(settle);
    },
    async empty() {
      while (active > 0) await turn();
      if (failure !== undefined) throw failure.error;
    },
  };
}
