import { setTimeout as sleep } from 'node:timers/promises';
import { AirworthyError } from '../../../kernel/errors.ts';
import type { Logger } from '../../../kernel/logger.ts';
import type { RuntimeLimits } from '../schema.ts';
import { noteStages } from '../stage-times.ts';
import {
  type LineAnswer,
  type LineChannel,
  type LineProcess,
  ProcessEnded,
  startLineProcess,
} from './line-process.ts';
import { pauseAfter } from './pause-after.ts';
import { watchMemory } from './watch-memory.ts';
import { type RunWatch, watchRun } from './watch-run.ts';

export interface SeatPlan {
  /** As messages call it. */
  name: string;
  line: Omit<LineChannel, 'noise'>;
  limits: RuntimeLimits;
  log: Logger;
}

/** What a process gave: its outputs, and what it says of the stages of each record. */
export interface ProcessAnswer {
  outputs: unknown;
  stages: readonly unknown[];
}

/** A place for one process, which is started again when it ends. */
export interface ProcessSeat {
  /** One question at a time. @throws RUNTIME_FAILED, RUNTIME_TIMED_OUT, RUNTIME_DOWN, RUNTIME_MISSING */
  ask(question: Record<string, unknown>): Promise<ProcessAnswer>;
  readonly pid: number | undefined;
  close(): Promise<void>;
}

/** How long a question waits for the next start before it is refused. */
const PATIENCE_MS = 1_000;

/** Starts a process and keeps one there: what ends, hangs or grows too large is replaced, later each time in a row. */
export function openProcessSeat({ name, line, limits, log }: SeatPlan): ProcessSeat {
  let current: LineProcess | undefined;
  /** Has it answered yet? Until then it has `startMs` more. */
  let warm = false;
  /** Was it ended for the memory that it held? */
  let outgrown = false;
  /** Ends in a row without an answer between them. */
  let failures = 0;
  /** On `performance.now()`: not started again before. */
  let restsUntil = 0;
  let closed = false;

  function start(): LineProcess {
    const noise = (text: string) =>
      log.debug({ service: name, line: text.slice(0, 500) }, 'the service printed');
    const started = startLineProcess({ ...line, noise });
    current = started;
    warm = false;
    outgrown = false;
    const unwatch = watchMemory(started, limits.memoryMb, () => {
      outgrown = true;
    });
    void started.ended.then(({ how }) => {
      unwatch();
      if (current === started) current = undefined;
      if (closed) return;
      const pauseMs = pauseAfter(++failures);
      restsUntil = performance.now() + pauseMs;
      log.warn({ service: name, pauseMs }, `a process of the service: ${how}`);
      setTimeout(() => closed || current || start(), pauseMs).unref();
    });
    return started;
  }

  /** The process, after the rest it has to take. */
  async function afterRest(): Promise<LineProcess> {
    const rest = restsUntil - performance.now();
    if (current === undefined && rest > PATIENCE_MS) throw restingError(name, failures, rest);
    if (current === undefined && rest > 0) await sleep(rest);
    return current ?? start();
  }

  start();
  return {
    get pid() {
      return current?.pid;
    },
    async ask(question) {
      const process = await afterRest();
      const watch = watchRun(process, limits, { starts: !warm });
      try {
        const answer = await process.ask(question);
        warm = true;
        failures = 0;
        return readAnswer(name, answer);
      } catch (error) {
        throw error instanceof ProcessEnded ? endedError(name, error, { watch, outgrown, limits }) : error;
      } finally {
        watch.end();
      }
    },
    async close() {
      closed = true;
      current?.kill();
      await current?.ended;
    },
  };
}

function restingError(name: string, failures: number, rest: number): AirworthyError {
  return new AirworthyError('RUNTIME_DOWN', {
    message: `${name}: its process ended ${failures} times in a row; the next one starts in ${Math.ceil(rest / 1_000)} s`,
    facts: { retryAfterMs: Math.ceil(rest) },
  });
}

/** `{"error": …}` is what the service says of these records. */
function readAnswer(name: string, { outputs, error, stages: said }: LineAnswer): ProcessAnswer {
  const stages = Array.isArray(said) ? said : [];
  if (error === undefined || error === null) return { outputs, stages };
  const text = typeof error === 'string' ? error : JSON.stringify(error);
  const failure = new AirworthyError('RUNTIME_FAILED', { message: `${name}: ${text.slice(0, 2_000)}` });
  // Of several records, which may be of several requests, nobody can tell here whose they are.
  if (stages.length === 1) noteStages(failure, stages[0]);
  throw failure;
}

function endedError(
  name: string,
  { end }: ProcessEnded,
  { watch, outgrown, limits }: { watch: RunWatch; outgrown: boolean; limits: RuntimeLimits },
): AirworthyError {
  if (watch.timedOut())
    return new AirworthyError('RUNTIME_TIMED_OUT', {
      message: `${name} did not answer within ${watch.allowedMs} ms`,
    });
  if (end.missing) return new AirworthyError('RUNTIME_MISSING', { message: `${name}: ${end.how}` });
  const tooLarge = outgrown || end.how.includes('heap out of memory');
  const how = tooLarge
    ? `needed more than ${limits.memoryMb} MB of memory and was ended`
    : end.how.slice(0, 500);
  return new AirworthyError('RUNTIME_DOWN', { message: `${name}: its process ${how}` });
}
