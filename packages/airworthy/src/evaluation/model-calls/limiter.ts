import { createMinuteWindow } from './minute-window.ts';
import type { CallLimits } from './schema.ts';
import type { Timekeeping } from './timekeeping.ts';

/** How a request ended, as far as its endpoint's strength is concerned. */
export type CallEnd =
  | { kind: 'answered' | 'refused'; tokens: number }
  /** 429, 5xx, no answer, no connection. */
  | { kind: 'overloaded'; retryAfterMs?: number | undefined };

/** Leave to send one request; to be given back in any case. */
export interface Permit {
  end(how: CallEnd): void;
}

/** Lets requests to one endpoint pass: as many at once, and as many a minute, as it bears. */
export interface Limiter {
  /** Undefined where there is no room now; then `wait`. */
  tryTake(tokens: number): Permit | undefined;
  /** Rejects with the signal's reason. */
  wait(tokens: number, signal: AbortSignal | undefined): Promise<Permit>;
  /** Requests that may be under way at once, now. */
  readonly width: number;
}

interface Waiting {
  tokens: number;
  settle(permit: Permit): void;
}

/**
 * Additive increase, multiplicative decrease: a sign of overload halves the requests under way, once for all that were sent
 * before it was seen; as many answers as may be under way allow one more. Retry-After stops the endpoint for that long.
 * Limits a minute hold over any 60 seconds. First come, first served.
 */
export function createLimiter(
  time: Timekeeping,
  most: number,
  { requestsPerMinute, tokensPerMinute }: CallLimits = {},
): Limiter {
  const requests = createMinuteWindow(requestsPerMinute);
  const tokens = createMinuteWindow(tokensPerMinute);
  const waiting: Waiting[] = [];
  let width = most;
  let underWay = 0;
  let answers = 0;
  let decreases = 0;
  let stoppedUntil = 0;
  let cancelWake: (() => void) | undefined;

  function roomAt(now: number, wanted: number): number {
    if (underWay >= width) return Number.POSITIVE_INFINITY;
    return Math.max(stoppedUntil, requests.roomAt(now, 1), tokens.roomAt(now, wanted));
  }

  function take(now: number, wanted: number): Permit {
    underWay++;
    requests.add(now, 1);
    tokens.add(now, wanted);
    const seen = decreases;
    let open = true;
    return {
      end(how) {
        if (!open) return;
        open = false;
        underWay--;
        if (how.kind === 'overloaded') narrow(seen, how.retryAfterMs);
        else {
          tokens.add(now, how.tokens - wanted);
          widen();
        }
        pump();
      },
    };
  }

  function narrow(seen: number, retryAfterMs: number | undefined): void {
    if (retryAfterMs !== undefined) stoppedUntil = Math.max(stoppedUntil, time.now() + retryAfterMs);
    if (seen !== decreases) return;
    decreases++;
    answers = 0;
    width = Math.max(1, Math.floor(width / 2));
  }

  function widen(): void {
    if (width >= most || ++answers < width) return;
    answers = 0;
    width++;
  }

  function pump(): void {
    cancelWake?.();
    cancelWake = undefined;
    while (waiting.length > 0) {
      const now = time.now();
      const at = roomAt(now, waiting[0].tokens);
      if (at > now) {
        if (at !== Number.POSITIVE_INFINITY) cancelWake = time.after(at - now, pump);
        return;
      }
      const next = waiting.shift() as Waiting;
      next.settle(take(now, next.tokens));
    }
  }

  return {
    tryTake(wanted) {
      const now = time.now();
      return waiting.length === 0 && roomAt(now, wanted) <= now ? take(now, wanted) : undefined;
    },
    wait(wanted, signal) {
      return new Promise((settle, fail) => {
        if (signal?.aborted) return fail(signal.reason);
        const leave = () => {
          waiting.splice(waiting.indexOf(entry), 1);
          fail(signal?.reason);
          pump();
        };
        const entry: Waiting = {
          tokens: wanted,
          settle(permit) {
            signal?.removeEventListener('abort', leave);
            settle(permit);
          },
        };
        signal?.addEventListener('abort', leave, { once: true });
        waiting.push(entry);
        pump();
      });
    },
    get width() {
      return width;
    },
  };
}
