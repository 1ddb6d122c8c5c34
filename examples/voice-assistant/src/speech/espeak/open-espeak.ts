import { openVoice } from '../open-voice.ts';
import { runVoiceCommand } from '../run-voice-command.ts';
import type { Speaker } from '../speech.ts';

/** English ones first; the others are for tests of what is not understood. */
export const ESPEAK_VOICES = ['en-us', 'en-gb', 'en-us+f3', 'fr', 'de'] as const;
export type EspeakVoice = (typeof ESPEAK_VOICES)[number];

/** Reads aloud with espeak-ng: sooner than flite, and less like a person. */
export function openEspeak({ voice = 'en-us' }: { voice?: EspeakVoice } = {}): Speaker {
  return openVoice({
    name: 'espeak-ng',
    voices: ESPEAK_VOICES,
    voice,
    synthesize: (sentence, chosen, signal) =>
      runVoiceCommand('espeak-ng', ['-v', chosen, '--stdin', '--stdout'], { input: sentence, signal }),
  });
}
