import { writeFile } from 'node:fs/promises';
import { joinSamples } from '../speech/join-samples.ts';
import { SAMPLE_RATE } from '../speech/speech.ts';
import { writeWav } from '../speech/write-wav.ts';
import type { SoundOut } from '../turn/turn.ts';

/** Keeps a spoken reply and writes it to a WAV file. */
export function createFileSound(path: string): SoundOut {
  const parts: Int16Array[] = [];
  return {
    async play(samples) {
      parts.push(samples);
    },
    async finish() {
      await writeFile(path, writeWav(joinSamples(parts)));
    },
    stop: () => (parts.reduce((sum, { length }) => sum + length, 0) / SAMPLE_RATE) * 1_000,
  };
}
