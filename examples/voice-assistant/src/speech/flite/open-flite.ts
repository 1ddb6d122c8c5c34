import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openVoice } from '../open-voice.ts';
import { runVoiceCommand } from '../run-voice-command.ts';
import type { Speaker } from '../speech.ts';

/** A woman, a man, a Scot, and a machine of the nineties. */
export const FLITE_VOICES = ['slt', 'rms', 'awb', 'kal16'] as const;
export type FliteVoice = (typeof FLITE_VOICES)[number];

/** Reads aloud with flite. */
export function openFlite({ voice = 'slt' }: { voice?: FliteVoice } = {}): Speaker {
  return openVoice({ name: 'flite', voices: FLITE_VOICES, voice, synthesize });
}

/** Flite writes to files only. */
async function synthesize(sentence: string, voice: string, signal: AbortSignal): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'airworthy-voice-'));
  try {
    const path = join(folder, 'sentence.wav');
    await runVoiceCommand('flite', ['-voice', voice, '-t', sentence, '-o', path], { signal });
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
