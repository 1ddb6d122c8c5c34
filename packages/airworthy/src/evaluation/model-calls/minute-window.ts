const SECONDS = 60;

/** How much passed in the last minute, against how much may. */
export interface MinuteWindow {
  /** The earliest time, from now on, at which so much more may pass. */
  roomAt(now: number, amount: number): number;
  /** Counts what passed at a time; a correction may be negative. */
  add(at: number, amount: number): void;
}

const UNLIMITED: MinuteWindow = { roomAt: (now) => now, add() {} };

/**
 * Counts by the second, in constant memory: a second counts until it has wholly left the last 60, so that the limit holds
 * over any 60 seconds. An amount beyond the whole limit passes when nothing else is in the window.
 *
 * @param limit a minute; unlimited where absent
 */
export function createMinuteWindow(limit: number | undefined): MinuteWindow {
  if (limit === undefined) return UNLIMITED;
  /** One more than a minute has: the second that is not over yet. */
  const slots = new Float64Array(SECONDS + 1);
  const seconds = new Float64Array(SECONDS + 1).fill(Number.NEGATIVE_INFINITY);
  const oldest = (now: number) => Math.floor(now / 1_000) - SECONDS;

  function within(now: number): { second: number; amount: number }[] {
    const first = oldest(now);
    return [...seconds]
      .map((second, slot) => ({ second, amount: slots[slot] }))
      .filter(({ second }) => second >= first)
      .sort((a, b) => a.second - b.second);
  }

  let total = 0;
  let counted = Number.NEGATIVE_INFINITY;

  /** The sum over the window, kept up to date so that a call costs no walk over it. */
  function totalAt(now: number): number {
    const first = oldest(now);
    if (first === counted) return total;
    counted = first;
    total = within(now).reduce((sum, { amount }) => sum + amount, 0);
    return total;
  }

  return {
    roomAt(now, amount) {
      let left = totalAt(now);
      if (left <= 0 || left + amount <= limit) return now;
      for (const each of within(now)) {
        left -= each.amount;
        if (left <= 0 || left + amount <= limit) return (each.second + SECONDS + 1) * 1_000;
      }
      return now;
    },
    add(at, amount) {
      const second = Math.floor(at / 1_000);
      if (oldest(at) > counted) totalAt(at);
      if (second < counted) return;
      const slot = second % slots.length;
      if (second > seconds[slot]) {
        seconds[slot] = second;
        slots[slot] = 0;
      }
      slots[slot] += amount;
      total += amount;
    },
  };
}
