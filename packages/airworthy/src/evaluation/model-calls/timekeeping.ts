/** Time as limits and budgets count it; replaced where tests let minutes pass at once. */
export interface Timekeeping {
  /** Milliseconds from some beginning; never goes back. */
  now(): number;
  /** Calls back after so many milliseconds; returns what takes that back. */
  after(ms: number, then: () => void): () => void;
}

export const systemTime: Timekeeping = {
  now: () => performance.now(),
  after(ms, then) {
    const timer = setTimeout(then, Math.max(0, ms));
    return () => clearTimeout(timer);
  },
};

/** Waits, or rejects with the signal's reason. */
export function sleep(time: Timekeeping, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((settle, fail) => {
    if (signal?.aborted) return fail(signal.reason);
    const wake = time.after(ms, () => {
      signal?.removeEventListener('abort', stop);
      settle();
    });
    const stop = () => {
      wake();
      fail(signal?.reason);
    };
    signal?.addEventListener('abort', stop, { once: true });
  });
}
