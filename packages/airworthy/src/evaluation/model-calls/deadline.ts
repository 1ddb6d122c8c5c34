import { setMaxListeners } from 'node:events';
import { AirworthyError } from '../../kernel/errors.ts';

/** How long one case may take; its clock stands while a call waits for its turn, which is not the case's fault. */
export interface Deadline {
  /** Aborted with TASK_TIMED_OUT when the time is over, or with the outer signal's reason. */
  readonly signal: AbortSignal;
  /** Pauses may overlap: the clock goes on when the last has ended. */
  pause(): void;
  resume(): void;
  /** Is the time over? */
  readonly expired: boolean;
  /** To be called when the case is done. */
  clear(): void;
}

/**
 * @example
 * const deadline = startDeadline(60_000, context.signal);
 * try { await task.run(each, { …, signal: deadline.signal }) } finally { deadline.clear() }
 */
export function startDeadline(ms: number, outer?: AbortSignal): Deadline {
  const controller = new AbortController();
  let left = ms;
  let startedAt = performance.now();
  let pauses = 0;
  let expired = false;
  const expire = () => {
    expired = true;
    controller.abort(
      new AirworthyError('TASK_TIMED_OUT', { message: `no answer within ${ms / 1_000} s`, facts: { ms } }),
    );
  };
  let timer = setTimeout(expire, left);
  const stop = () => {
    clearTimeout(timer);
    controller.abort(outer?.reason);
  };
  if (outer?.aborted) stop();
  else listen(outer, stop);
  return {
    signal: controller.signal,
    pause() {
      if (pauses++ > 0 || controller.signal.aborted) return;
      clearTimeout(timer);
      left -= performance.now() - startedAt;
    },
    resume() {
      if (--pauses > 0 || controller.signal.aborted) return;
      startedAt = performance.now();
      timer = setTimeout(expire, Math.max(0, left));
    },
    get expired() {
      return expired;
    },
    clear() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', stop);
    },
  };
}

/** As many cases as run at once listen to the one signal of their evaluation: that is no leak. */
function listen(signal: AbortSignal | undefined, then: () => void): void {
  if (signal === undefined) return;
  setMaxListeners(0, signal);
  signal.addEventListener('abort', then, { once: true });
}
