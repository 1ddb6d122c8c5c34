/** What came of work that was given a time: its value, or why it was given up. */
export type InTime<Value> = { ended: 'done'; value: Value } | { ended: 'timed-out' } | { ended: 'aborted' };

/**
 * Does work that may hang, or not heed its signal: after the time, or when the signal says so, it is told to stop and not
 * waited for any longer.
 */
export async function withinTime<Value>(
  work: (signal: AbortSignal) => Value | Promise<Value>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<InTime<Value>> {
  if (signal?.aborted) return { ended: 'aborted' };
  const stop = new AbortController();
  const { promise: givenUp, resolve: giveUp } = Promise.withResolvers<InTime<Value>>();
  const abort = () => giveUp({ ended: 'aborted' });
  signal?.addEventListener('abort', abort, { once: true });
  // Holds the process awake: what hangs may hold nothing itself.
  const timer = setTimeout(() => giveUp({ ended: 'timed-out' }), timeoutMs);
  const working = (async (): Promise<InTime<Value>> => ({ ended: 'done', value: await work(stop.signal) }))();
  try {
    const first = await Promise.race([working, givenUp]);
    if (first.ended !== 'done') {
      working.catch(() => {});
      stop.abort();
    }
    return first;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
