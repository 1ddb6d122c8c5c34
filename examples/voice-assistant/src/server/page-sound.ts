import { setTimeout as sleep } from 'node:timers/promises';
import { SAMPLE_RATE } from '../speech/speech.ts';
import type { SoundOut } from '../turn/turn.ts';

/** How far ahead of what is heard sound is sent. */
const MOST_AHEAD_MS = 3_000;

export interface PageSoundOptions {
  send(samples: Int16Array): void;
  /** Tells the page to be silent at once. */
  silence(): void;
}

/** Sound that a page plays as it comes: it is heard from the moment that the first of it was sent. */
export function createPageSound({ send, silence }: PageSoundOptions): SoundOut {
  const stopped = new AbortController();
  let [startedAt, sentMs, heardMs] = [null as number | null, 0, 0];
  const aheadMs = () => (startedAt === null ? 0 : startedAt + sentMs - performance.now());

  async function pause(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: stopped.signal }).catch(() => {});
  }

  return {
    async play(samples) {
      await pause(aheadMs() - MOST_AHEAD_MS);
      if (stopped.signal.aborted) return;
      // Sound that came too late to go on seamlessly begins when it comes.
      if (startedAt === null || aheadMs() < 0) startedAt = performance.now() - sentMs;
      sentMs += (samples.length / SAMPLE_RATE) * 1_000;
      send(samples);
    },
    finish: () => pause(aheadMs()),
    stop() {
      if (stopped.signal.aborted) return heardMs;
      heardMs = startedAt === null ? 0 : Math.min(sentMs, performance.now() - startedAt);
      stopped.abort();
      silence();
      return heardMs;
    },
  };
}
