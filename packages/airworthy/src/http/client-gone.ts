import type { ServerResponse } from 'node:http';
import { AirworthyError } from '../kernel/errors.ts';

/** Aborted when the connection ends, or has ended, before the answer is out: nobody waits for it any more. */
export function clientGone({ raw }: { raw: ServerResponse }): AbortSignal {
  const gone = new AbortController();
  const leave = () => {
    if (!raw.writableFinished)
      gone.abort(new AirworthyError('REQUEST_ABANDONED', { message: 'the client left before the answer' }));
  };
  if (raw.destroyed) leave();
  else raw.once('close', leave);
  return gone.signal;
}
