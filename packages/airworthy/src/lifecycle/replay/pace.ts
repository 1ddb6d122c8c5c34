import { setTimeout as pause } from 'node:timers/promises';

/** Holds a replay back so that virtual time passes so many times as fast as real time. */
export interface Pace {
  keep(virtual: number, signal?: AbortSignal): Promise<void>;
}

export function createPace(speed: number | undefined): Pace {
  let begun: { virtual: number; real: number } | undefined;
  return {
    async keep(virtual, signal) {
      if (speed === undefined) return;
      begun ??= { virtual, real: performance.now() };
      const ahead = (virtual - begun.virtual) / speed - (performance.now() - begun.real);
      if (ahead > 1) await pause(ahead, undefined, signal ? { signal } : {});
    },
  };
}
