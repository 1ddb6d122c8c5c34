import { writeFile } from 'node:fs/promises';
import { SAMPLE_RATE } from '../speech/speech.ts';
import type { SoundOut } from '../turn/turn.ts';

/** Keeps a spoken reply and writes it to a WAV file. */
export function createFileSound(path: string): SoundOut {
  const parts: Int16Array[] = [];
  return {
    async play(samples) {
      parts.push(samples);
    },
    async finish() {
      const { writeWav } = await import('../speech/write-wav.ts');
      await writeFile(path, writeWav(Int16Array.from(parts.flatMap((part) => [...part]))));
    },
    stop: () => (parts.reduce((sum, { length }) => sum + length, 0) / SAMPLE_RATE) * 1_000,
  };
}
