import { readWav } from './read-wav.ts';
import { createSoundCache } from './sound-cache.ts';
import { SAMPLE_RATE, type Speaker } from './speech.ts';
import { SpeechError } from './speech-error.ts';
import { splitSentences } from './split-sentences.ts';

export interface Voice {
  name: string;
  voices: readonly string[];
  voice: string;
  /** A WAV file of a sentence. */
  synthesize(sentence: string, voice: string, signal: AbortSignal): Promise<Uint8Array>;
}

/** Four minutes of fixed replies: eight megabytes. */
const CACHED_SAMPLES = 240 * SAMPLE_RATE;
/** Longer texts are no replies. */
const LONGEST_TEXT = 4_000;

/** A speaker of a command that reads a sentence aloud: sentence by sentence, what is said often from memory. */
export function openVoice({ name, voices, voice: usual, synthesize }: Voice): Speaker {
  const cache = createSoundCache(CACHED_SAMPLES);
  const closing = new AbortController();
  return {
    name,
    async *speak(text, { voice = usual, signal } = {}) {
      if (!voices.includes(voice))
        throw new SpeechError(
          'refused',
          `${name} has no voice "${voice}"; its voices are ${voices.join(', ')}`,
        );
      if (text.length > LONGEST_TEXT)
        throw new SpeechError(
          'refused',
          `the text has ${text.length} characters; the most that are read are ${LONGEST_TEXT}`,
        );
      const stopped = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;
      for (const sentence of splitSentences(text)) {
        if (stopped.aborted) return;
        const key = `${voice}\n${sentence}`;
        const samples = cache.get(key) ?? (await sound(sentence, voice, stopped));
        if (!samples || stopped.aborted) return;
        cache.set(key, samples);
        yield samples;
      }
    },
    async close() {
      closing.abort();
    },
  };

  async function sound(sentence: string, voice: string, signal: AbortSignal): Promise<Int16Array | null> {
    try {
      return readWav(await synthesize(sentence, voice, signal));
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  }
}
