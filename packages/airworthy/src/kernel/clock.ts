/** Where time comes from; replaced in replays, where a month passes in a second. */
export interface Clock {
  /** Milliseconds since the epoch, UTC. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A clock that stands still until it is moved. */
export interface VirtualClock extends Clock {
  moveTo(time: number): void;
}

/**
 * A clock that shows `start`, in ms since the epoch, until it is moved.
 *
 * @example
 * const clock = createVirtualClock(Date.UTC(2001, 1, 1));
 * clock.moveTo(clock.now() + 3_600_000);
 */
export function createVirtualClock(start: number): VirtualClock {
  let time = start;
  return {
    now: () => time,
    moveTo(other) {
      time = other;
    },
  };
}

/** A clock that shows `start` now and goes on from there as fast as the one beside it. */
export function createClockFrom(start: number, beside: Clock = systemClock): Clock {
  const began = beside.now();
  return { now: () => start + (beside.now() - began) };
}
