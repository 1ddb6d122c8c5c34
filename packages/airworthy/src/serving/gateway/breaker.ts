/** Keeps calls from a provider that fails most of them, until one that is let through does not. */
export interface Breaker {
  /** May a call go there now? One that may is followed by `end`. */
  admits(now: number): boolean;
  end(now: number, failed: boolean): void;
  /** Milliseconds until it is tried again; 0 where it is open to calls. */
  closedFor(now: number): number;
}

const WINDOW_MS = 10_000;
const SLICES = 10;
const FEWEST_CALLS = 20;
const FAILED_SHARE = 0.5;
const PAUSE_MS = 5_000;

/** Over ten seconds in ten slices: half of at least twenty calls failed, and nobody is let through for five seconds; then one is. */
export function createBreaker(): Breaker {
  const sliceOf = (now: number) => Math.floor(now / (WINDOW_MS / SLICES));
  let slices: { at: number; calls: number; failures: number }[] = [];
  let blockedUntil = 0;
  let probing = false;

  function count(now: number, failed: boolean): void {
    const at = sliceOf(now);
    slices = slices.filter((slice) => slice.at > at - SLICES);
    const last = slices.at(-1);
    const slice = last?.at === at ? last : { at, calls: 0, failures: 0 };
    if (slice !== last) slices.push(slice);
    slice.calls++;
    if (failed) slice.failures++;
  }

  return {
    admits(now) {
      if (blockedUntil === 0) return true;
      if (now < blockedUntil || probing) return false;
      probing = true;
      return true;
    },
    end(now, failed) {
      if (blockedUntil !== 0) {
        // What was under way when it closed says nothing new.
        if (!probing) return;
        probing = false;
        blockedUntil = failed ? now + PAUSE_MS : 0;
        slices = [];
        return;
      }
      count(now, failed);
      const calls = slices.reduce((sum, slice) => sum + slice.calls, 0);
      const failures = slices.reduce((sum, slice) => sum + slice.failures, 0);
      if (calls >= FEWEST_CALLS && failures >= calls * FAILED_SHARE) blockedUntil = now + PAUSE_MS;
    },
    closedFor: (now) => Math.max(0, blockedUntil - now),
  };
}
