import { AirworthyError } from '../../kernel/errors.ts';

/** What it works on may not heed the signal, so its time is up whether it does or not. */
export function withinTime<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  return new Promise((settle, fail) => {
    signal.addEventListener('abort', () => fail(signal.reason), { once: true });
    work.then(settle, fail);
  });
}

export function isTimeout(reason: unknown): boolean {
  return AirworthyError.is(reason) && reason.code === 'TASK_TIMED_OUT';
}
