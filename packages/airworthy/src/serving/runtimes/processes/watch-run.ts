import type { RuntimeLimits } from '../schema.ts';
import type { LineProcess } from './line-process.ts';
import { residentBytes } from './resident-bytes.ts';

const MEMORY_CHECK_MS = 200;

export interface RunWatch {
  allowedMs: number;
  /** Why it ended the process; undefined where it did not. */
  because(): 'time' | 'memory' | undefined;
  end(): void;
}

/** Ends a process whose run takes too long or too much memory. One that `starts` has the time for that as well. */
export function watchRun(
  process: LineProcess,
  { timeoutMs, startMs, memoryMb }: RuntimeLimits,
  { starts }: { starts: boolean },
): RunWatch {
  const allowedMs = timeoutMs + (starts ? startMs : 0);
  let reason: 'time' | 'memory' | undefined;
  const kill = (why: typeof reason): void => {
    reason = why;
    process.kill();
  };
  const timer = setTimeout(kill, allowedMs, 'time');
  const check = setInterval(async () => {
    const held = await residentBytes(process.pid);
    if (held !== null && held > memoryMb * 1_048_576) kill('memory');
  }, MEMORY_CHECK_MS);
  check.unref();
  return {
    allowedMs,
    because: () => reason,
    end() {
      clearTimeout(timer);
      clearInterval(check);
    },
  };
}
