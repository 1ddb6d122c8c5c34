import { AirworthyError } from '../../../kernel/errors.ts';
import type { RunLimits } from '../runtime.ts';

/**
 * What a piece of work gives, for as long as the caller wants it. Work that goes on for nobody is handed to `abandon`.
 *
 * @throws DEADLINE_EXCEEDED; the signal's reason
 */
export function untilDeadline<Result>(
  work: Promise<Result>,
  { deadline, signal }: RunLimits,
  abandon: (work: Promise<Result>) => void,
): Promise<Result> {
  if (deadline === undefined && signal === undefined) return work;
  return new Promise((settle, fail) => {
    const leave = (reason: unknown): void => {
      end();
      abandon(work);
      fail(reason);
    };
    const onAbort = (): void => leave(signal?.reason);
    const onLate = (): void =>
      leave(
        new AirworthyError('DEADLINE_EXCEEDED', { message: 'the answer was not ready in the time given' }),
      );
    const timer =
      deadline === undefined ? undefined : setTimeout(onLate, Math.max(0, deadline - performance.now()));
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    work.then(settle, fail).finally(end);
  });
}
