import { setTimeout as sleep } from 'node:timers/promises';
import { SAMPLE_RATE } from '../speech/speech.ts';

/** 20 ms. */
const FRAME = SAMPLE_RATE / 50;

/** A recording in frames as a microphone gives them; in real time it goes on in silence, as a room does. */
export async function* framesOf(
  samples: Int16Array,
  { realTime }: { realTime: boolean },
): AsyncGenerator<Int16Array> {
  const began = performance.now();
  for (let at = 0; realTime || at < samples.length; at += FRAME) {
    const frame = new Int16Array(FRAME);
    frame.set(samples.subarray(at, at + FRAME));
    if (realTime) await sleep(Math.max(0, began + ((at + FRAME) / SAMPLE_RATE) * 1_000 - performance.now()));
    yield realTime ? frame : samples.subarray(at, at + FRAME);
  }
}
