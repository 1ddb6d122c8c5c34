import type { ServerResponse } from 'node:http';

/** Aborted when the connection ends before the answer is out: nobody waits for it any more. */
export function clientGone({ raw }: { raw: ServerResponse }): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
