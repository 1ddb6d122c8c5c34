import type { Context } from '../../store/ports.ts';
import { ingestSpans, type TracesConfig } from '../../tracking/index.ts';
import { callSpan } from './call-span.ts';
import type { MeasuredCall } from './measure-call.ts';
import { addUsage } from './usage-rows.ts';

/** Calls wait this long for others to be written with, in ms. */
const LONGEST_WAIT_MS = 100;
/** Calls a write: what holds the event loop between two turns. */
const MOST_AT_ONCE = 64;
/** Calls that wait; beyond it their traces are shed, and counted. */
const MOST_WAITING = 5_000;
const MOST_TRIES = 3;

/** Where ended calls go: counted and traced in the store, soon. */
export interface CallLog {
  add(call: MeasuredCall): void;
  /** Calls that are on no record yet. */
  unwritten(): MeasuredCall[];
  /** Traces that were shed. */
  shed(): number;
  /** Resolves when every call so far is on disk, or could not be written. */
  flush(): Promise<void>;
}

/**
 * @param traces where absent, calls are only counted
 * @param written called after each write
 */
export function createCallLog(
  context: Context,
  traces: { config: TracesConfig | undefined } | undefined,
  written: () => Promise<void>,
): CallLog {
  const waiting: MeasuredCall[] = [];
  let going: MeasuredCall[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let shed = 0;

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      going = waiting.splice(0, MOST_AT_ONCE);
      await writeOnce(going);
      going = [];
    }
    await written();
  }

  /** Spans and counts are tried again by themselves, as counts written twice would be twice as much. */
  async function retried(calls: readonly MeasuredCall[], write: () => Promise<unknown>): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await write();
        return;
      } catch (error) {
        if (tries < MOST_TRIES) continue;
        shed += calls.length;
        context.log.error(
          { error: String(error), calls: calls.length },
          'calls to models could not be recorded',
        );
        return;
      }
    }
  }

  /** In one commit, as writes of one turn share theirs. */
  async function writeOnce(calls: readonly MeasuredCall[]): Promise<void> {
    const byRun = traces === undefined ? [] : Map.groupBy(calls, ({ run }) => run);
    const spans = [...byRun].map(([run, group]) =>
      retried(group, () => writeSpans(context, run, group, traces?.config)),
    );
    const usage = retried([], () =>
      context.store.database.write((sql) => addUsage(sql, context.project, calls)),
    );
    await Promise.all([...spans, usage]);
    context.events.emit('gateway.called', { calls: calls.length });
    context.events.emit('gateway.called', { calls: calls.length });
  }

  function start(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    writing ??= writeAll().finally(() => {
      writing = undefined;
      if (waiting.length > 0) wait();
    });
    return writing;
  }

  function wait(): void {
    timer ??= setTimeout(() => void start(), LONGEST_WAIT_MS);
  }

  return {
    add(call) {
      if (waiting.length >= MOST_WAITING) {
        shed++;
        return;
      }
      waiting.push(call);
      wait();
    },
    unwritten: () => [...going, ...waiting],
    shed: () => shed,
    async flush() {
      while (waiting.length > 0 || writing !== undefined) await start();
    },
  };
}

async function writeSpans(
  context: Context,
  run: string | undefined,
  calls: readonly MeasuredCall[],
  config: TracesConfig | undefined,
): Promise<void> {
  await ingestSpans(context, calls.map(callSpan), {
    ...(run === undefined ? {} : { run }),
    ...(config === undefined ? {} : { config }),
  });
}
