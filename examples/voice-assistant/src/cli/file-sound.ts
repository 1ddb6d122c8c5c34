import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Assistant } from '../assistant.ts';
import { UnavailableError } from '../planners/unavailable-error.ts';
import { joinSamples } from '../speech/join-samples.ts';
import { SAMPLE_RATE } from '../speech/speech.ts';
import { writeWav } from '../speech/write-wav.ts';
import type { SoundOut } from '../turn/turn.ts';
import { BadInput } from './bad-input.ts';

/** Before anything is done: can the reply be spoken, and written there? */
export function checkSoundFile(path: string, { parts }: Pick<Assistant, 'parts'>): void {
  if (!existsSync(dirname(path))) throw new BadInput(`--out ${path}: there is no such folder`);
  if (parts.speaker === null) throw new UnavailableError(`nothing here speaks, so ${path} cannot be written`);
}

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
