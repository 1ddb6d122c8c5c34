import { createInterface } from 'node:readline';
import { AirworthyError } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import { type CommandLine, endingOf, type StartedProcess, startProcess } from './run-process.ts';
import type { TaskContext } from './task.ts';

/** Processes that answer each line with one: what they load, they load once. */
export interface LineProcesses {
  /** Rejects with TASK_FAILED, or with the signal's reason; then the process is ended, and the next question starts another. */
  ask(question: string, asker: Pick<TaskContext, 'signal' | 'deadline'>): Promise<unknown>;
  close(): Promise<void>;
}

interface Worker {
  started: StartedProcess;
  /** Settles the question under way. */
  answer?: { settle(line: string): void; fail(reason: unknown): void } | undefined;
  ended: Promise<void>;
}

export function openLineProcesses(line: CommandLine, most: number, name: string): LineProcesses {
  const idle: Worker[] = [];
  const workers = new Set<Worker>();
  const waiting: ((worker: Worker) => void)[] = [];

  function start(): Worker {
    const started = startProcess(line);
    const ended = Promise.withResolvers<void>();
    const worker: Worker = { started, ended: ended.promise };
    workers.add(worker);
    createInterface({ input: started.child.stdout }).on('line', (text) => worker.answer?.settle(text));
    const gone = (what: string) => {
      drop(worker);
      worker.answer?.fail(new AirworthyError('TASK_FAILED', { message: `${name}: the command ${what}` }));
      ended.resolve();
    };
    started.child.on('error', (error) => gone(`cannot be started: ${error.message}`));
    started.child.on('close', (code, by) => gone(endingOf(code, by, started.complaint())));
    return worker;
  }

  function drop(worker: Worker): void {
    workers.delete(worker);
    const at = idle.indexOf(worker);
    if (at !== -1) idle.splice(at, 1);
    const next = workers.size < most ? waiting.shift() : undefined;
    next?.(start());
  }

  function take(signal: AbortSignal): Promise<Worker> {
    const free = idle.pop();
    if (free) return Promise.resolve(free);
    if (workers.size < most) return Promise.resolve(start());
    return new Promise((settle, fail) => {
      const leave = () => {
        waiting.splice(waiting.indexOf(got), 1);
        fail(signal.reason);
      };
      const got = (worker: Worker) => {
        signal.removeEventListener('abort', leave);
        settle(worker);
      };
      signal.addEventListener('abort', leave, { once: true });
      waiting.push(got);
    });
  }

  function giveBack(worker: Worker): void {
    if (!workers.has(worker)) return;
    const next = waiting.shift();
    if (next) next(worker);
    else idle.push(worker);
  }

  return {
    async ask(question, { signal, deadline }) {
      signal.throwIfAborted();
      deadline?.pause();
      const worker = await take(signal).finally(() => deadline?.resume());
      try {
        const text = await exchange(worker, question, signal);
        giveBack(worker);
        return readAnswer(text, name);
      } catch (error) {
        // It may be half way through this question: its next line would be taken for another's answer.
        if (signal.aborted) {
          worker.started.stop();
          drop(worker);
        }
        throw error;
      }
    },
    async close() {
      const ending = [...workers];
      for (const { started } of ending) started.child.stdin.end();
      for (const { started } of ending) started.stop();
      await Promise.all(ending.map(({ ended }) => ended));
    },
  };
}

function exchange(worker: Worker, question: string, signal: AbortSignal): Promise<string> {
  return new Promise((settle, fail) => {
    const done = () => {
      worker.answer = undefined;
      signal.removeEventListener('abort', abort);
    };
    const abort = () => {
      done();
      fail(signal.reason);
    };
    worker.answer = {
      settle(line) {
        done();
        settle(line);
      },
      fail(reason) {
        done();
        fail(reason);
      },
    };
    signal.addEventListener('abort', abort, { once: true });
    worker.started.child.stdin.write(`${question}\n`);
  });
}

/** `{ "error": "…" }` says that the case failed; anything else is the answer. */
function readAnswer(line: string, name: string): unknown {
  const value = parseJson(line);
  if (value === undefined) {
    const shown = JSON.stringify(line.slice(0, 200));
    throw new AirworthyError('TASK_FAILED', {
      message: `${name}: the command answered with a line that is not JSON: ${shown}`,
      remedy: 'Write one line of JSON for each line read, and everything else to standard error.',
    });
  }
  const error = (value as { error?: unknown } | null)?.error;
  if (error !== undefined && error !== null && typeof value === 'object') {
    throw new AirworthyError('TASK_FAILED', {
      message: `${name}: ${typeof error === 'string' ? error : JSON.stringify(error)}`,
    });
  }
  return value;
}
