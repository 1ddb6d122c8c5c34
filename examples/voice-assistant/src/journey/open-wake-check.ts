import { SAMPLE_RATE } from '../speech/speech.ts';
import { openWakeWord } from '../speech/wake-word.ts';

export interface WakeCheck extends AsyncDisposable {
  /** Does the wake word in this recording wake? */
  wakes(samples: Int16Array): Promise<boolean>;
}

/** Longer than any recording with its bell takes on a busy machine. */
const PATIENCE_MS = 30_000;
const PAUSE = new Int16Array(SAMPLE_RATE / 2);

/**
 * Asks the wake word of one recording after the other. The detector tells only what it finds, so behind each recording comes a
 * bell, the wake word alone: when that is heard, the recording was.
 *
 * @param bell a recording of the wake word that is certain to wake
 */
export async function openWakeCheck(bell: Int16Array): Promise<WakeCheck> {
  const woken: number[] = [];
  let noticed = () => {};
  const detector = await openWakeWord({
    onWake({ atMs }) {
      woken.push(atMs);
      noticed();
    },
  });
  let writtenMs = 0;
  const write = (samples: Int16Array) => {
    detector.write(samples);
    writtenMs += (samples.length / SAMPLE_RATE) * 1_000;
  };
  return {
    async wakes(samples) {
      const beganMs = writtenMs;
      write(samples);
      write(PAUSE);
      const endedMs = writtenMs;
      write(bell);
      write(PAUSE);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const late = setTimeout(
        () => reject(new Error('the wake word was not heard where it was certain')),
        PATIENCE_MS,
      );
      noticed = () => {
        if (woken.some((atMs) => atMs > endedMs)) resolve();
      };
      noticed();
      await promise.finally(() => clearTimeout(late));
      return woken.some((atMs) => atMs > beganMs && atMs <= endedMs);
    },
    async [Symbol.asyncDispose]() {
      detector.close();
    },
  };
}
