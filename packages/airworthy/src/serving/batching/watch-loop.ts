/** Looks this often how late the thread is, in ms. */
const EVERY_MS = 250;
const LATE_MS = 100;

export interface LoopWatch {
  /** Was this thread late by more than 100 ms when last looked at, or is it now? */
  isLate(): boolean;
  close(): void;
}

/** Watches how far behind this thread is with what it has to do. Costs four wake-ups a second, and none of the requests. */
export function watchLoop(everyMs = EVERY_MS, lateMs = LATE_MS): LoopWatch {
  let last = performance.now();
  let late = false;
  const timer = setInterval(() => {
    const now = performance.now();
    late = now - last - everyMs > lateMs;
    last = now;
  }, everyMs).unref();
  return {
    isLate: () => late || performance.now() - last - everyMs > lateMs,
    close: () => clearInterval(timer),
  };
}
