import { startRecogniser } from './pocketsphinx/recogniser-process.ts';
import { SAMPLE_RATE } from './speech.ts';

/** Words of the dictionary, and enough syllables: `hey pilot` was missed by a fifth before other words woke it as often. */
export const WAKE_PHRASE = 'hello captain';

/** Chosen on the curve of `traceWakeCurve`: the strictest that misses none of its sentences. */
export const WAKE_THRESHOLD = 1e-28;

export interface WakeDetector {
  readonly threshold: number;
  write(samples: Int16Array): void;
  close(): void;
}

export interface WakeOptions {
  threshold?: number;
  /** `atMs`: since the first sample, where the phrase was noticed. */
  onWake(wake: { atMs: number }): void;
  /** The recogniser ended: nothing wakes the assistant until another is opened. */
  onGone?(): void;
}

/**
 * Waits for the wake phrase in sound without end.
 *
 * @throws SpeechError where pocketsphinx is not installed
 */
export async function openWakeWord({
  threshold = WAKE_THRESHOLD,
  onWake,
  onGone,
}: WakeOptions): Promise<WakeDetector> {
  const recogniser = await startRecogniser(['--phrase', WAKE_PHRASE, '--threshold', String(threshold)]);
  let closed = false;
  recogniser.subscribe((told) => {
    if (told.kind === 'spotted') onWake({ atMs: (told.heard / SAMPLE_RATE) * 1_000 });
    if (told.kind === 'gone' && !closed) onGone?.();
  });
  return {
    threshold,
    write: (samples) => recogniser.send('A', samples),
    close() {
      closed = true;
      recogniser.kill();
    },
  };
}
