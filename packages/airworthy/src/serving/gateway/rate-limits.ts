import { createMinuteWindow, type MinuteWindow } from '../../evaluation/calling.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import type { RateLimit, Scope } from './config.ts';

/** Whose a call is, by what limits and budgets tell calls apart. */
export type CallScopes = Readonly<Record<Scope, string>>;

/** Keys that are counted by themselves, of one limit; what is asked for longest ago goes. */
const MOST_KEYS = 10_000;

export interface RateLimiter {
  /** Counts a call of so many tokens, as well as they are known before it. @throws GATEWAY_RATE_LIMITED */
  admit(scopes: CallScopes, tokens: number): void;
}

/** Limits of calls and tokens over any 60 seconds, in this process. */
export function createRateLimiter(limits: readonly RateLimit[], now: () => number): RateLimiter {
  const counted = limits.map((limit) => ({
    limit,
    windows: new Map<string, { requests: MinuteWindow; tokens: MinuteWindow }>(),
  }));

  function windowsOf({ limit, windows }: (typeof counted)[number], key: string) {
    const known = windows.get(key) ?? {
      requests: createMinuteWindow(limit.requestsPerMinute),
      tokens: createMinuteWindow(limit.tokensPerMinute),
    };
    windows.delete(key);
    windows.set(key, known);
    const [oldest] = windows.keys();
    if (windows.size > MOST_KEYS) windows.delete(oldest);
    return known;
  }

  return {
    admit(scopes, tokens) {
      const at = now();
      const held = counted
        .filter(({ limit: { scope, of } }) => of === undefined || of === scopes[scope])
        .map((each) => ({ ...each, ...windowsOf(each, scopes[each.limit.scope]) }));
      for (const { limit, requests, tokens: tokenWindow } of held) {
        const room = Math.max(requests.roomAt(at, 1), tokenWindow.roomAt(at, tokens));
        if (room > at) throw limited(limit, scopes, room - at);
      }
      for (const { requests, tokens: tokenWindow } of held) {
        requests.add(at, 1);
        tokenWindow.add(at, tokens);
      }
    },
  };
}

function limited(
  { scope, requestsPerMinute, tokensPerMinute }: RateLimit,
  scopes: CallScopes,
  waitMs: number,
): AirworthyError {
  const most = [
    ...(requestsPerMinute === undefined ? [] : [`${requestsPerMinute} requests`]),
    ...(tokensPerMinute === undefined ? [] : [`${tokensPerMinute} tokens`]),
  ].join(' and ');
  const whose = scope === 'project' ? 'the project' : `${scope} "${scopes[scope]}"`;
  return new AirworthyError('GATEWAY_RATE_LIMITED', {
    message: `${whose} may ask for ${most} a minute; there is room again in ${Math.ceil(waitMs / 1_000)} s`,
    facts: { retryAfterMs: Math.ceil(waitMs) },
  });
}
