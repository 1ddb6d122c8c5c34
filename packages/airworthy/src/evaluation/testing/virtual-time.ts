import type { Timekeeping } from '../model-calls/timekeeping.ts';

/** Time that stands still until it is moved; then everything that is due happens, in order. */
export interface VirtualTime extends Timekeeping {
  moveBy(ms: number): Promise<void>;
}

export function createVirtualTime(start = 0): VirtualTime {
  let now = start;
  let due: { at: number; then: () => void }[] = [];
  /** Lets what has been settled go on. */
  const turn = () => new Promise<void>((settle) => setImmediate(settle));
  return {
    now: () => now,
    after(ms, then) {
      const entry = { at: now + Math.max(0, ms), then };
      due.push(entry);
      return () => {
        due = due.filter((other) => other !== entry);
      };
    },
    async moveBy(ms) {
      const end = now + ms;
      for (;;) {
        await turn();
        const [next] = due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        due = due.filter((entry) => entry !== next);
        now = Math.max(now, next.at);
        next.then();
      }
      now = end;
    },
  };
}
