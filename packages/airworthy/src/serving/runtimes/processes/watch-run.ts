import type { RuntimeLimits } from '../schema.ts';
import type { LineProcess } from './line-process.ts';

export interface RunWatch {
  allowedMs: number;
  /** Did it end the process? */
  timedOut(): boolean;
  end(): void;
}

/** Ends a process whose run takes too long. One that `starts` has the time for that as well. */
export function watchRun(
  process: LineProcess,
  { timeoutMs, startMs }: RuntimeLimits,
  { starts }: { starts: boolean },
): RunWatch {
  const allowedMs = timeoutMs + (starts ? startMs : 0);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    process.kill();
  }, allowedMs);
  return { allowedMs, timedOut: () => timedOut, end: () => clearTimeout(timer) };
}
