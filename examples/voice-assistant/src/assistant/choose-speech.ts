import { UnavailableError } from '../planners/unavailable-error.ts';
import type { Speaker } from '../speech/speech.ts';
import { isUnavailable } from '../turn/stage-error.ts';
import type { Ears } from '../turn/turn.ts';
import { type AssistantConfig, ConfigError, type Environment } from './assistant-config.ts';
import { isInstalled } from './is-installed.ts';
import type { Probe } from './probe.ts';

/** What hears, or null with the reason. */
export async function chooseEars(
  { hearing }: AssistantConfig,
  env: Environment,
): Promise<{ ears: Ears | null; probe: Probe }> {
  if (hearing === 'none') return { ears: null, probe: deaf('it was told not to listen') };
  try {
    const [{ createSpeechDetector }, { judgeSound }] = await Promise.all([
      import('../speech/speech-detector.ts'),
      import('../speech/judge-sound.ts'),
    ]);
    const transcriber = await openTranscriber(hearing, env);
    return {
      ears: { transcriber, createDetector: () => createSpeechDetector(), judgeSound },
      probe: { part: 'hearing', chosen: transcriber.name, meaning: 'Speech is recognised.' },
    };
  } catch (thrown) {
    if (!isUnavailable(thrown)) throw thrown;
    return { ears: null, probe: deaf((thrown as Error).message) };
  }
}

async function openTranscriber(hearing: AssistantConfig['hearing'], env: Environment) {
  if (typeof hearing === 'object') {
    const { openAudioTranscriber } = await import('../speech/openai/open-audio-transcriber.ts');
    const apiKey = env.ASSISTANT_STT_KEY;
    return openAudioTranscriber({ ...hearing, ...(apiKey ? { apiKey } : {}) });
  }
  const [{ openPocketsphinx }, { expandSentences }, { TRAINING_AUTHORS }, { mustPassCases }] =
    await Promise.all([
      import('../speech/pocketsphinx/open-pocketsphinx.ts'),
      import('../corpus/expand-sentences.ts'),
      import('../corpus/read-phrasings.ts'),
      import('../corpus/must-pass-cases.ts'),
    ]);
  const sentences = expandSentences({ authors: TRAINING_AUTHORS, perTemplate: 12, values: 'train' });
  // What may never fail is heard as well as it is understood.
  const mustPass = mustPassCases().map(({ input }) => input.text);
  return openPocketsphinx({ sentences: [...sentences.map(({ text }) => text), ...mustPass] });
}

function deaf(why: string): Probe {
  return {
    part: 'hearing',
    chosen: null,
    meaning: `Speech is not recognised: ${why}. Typed sentences work.`,
    remedy:
      'apt-get install python3 pocketsphinx pocketsphinx-en-us, or set ASSISTANT_STT_URL to an OpenAI-compatible server',
  };
}

/** What speaks, or null with the reason. */
export async function chooseSpeaker(
  { speaking, voice }: AssistantConfig,
  env: Environment,
): Promise<{ speaker: Speaker | null; probe: Probe }> {
  if (speaking === 'none') return { speaker: null, probe: mute('it was told not to speak') };
  try {
    const speaker = await openSpeaker(speaking, voice, env);
    return { speaker, probe: { part: 'speaking', chosen: speaker.name, meaning: 'Replies are spoken.' } };
  } catch (thrown) {
    if (!isUnavailable(thrown)) throw thrown;
    return { speaker: null, probe: mute((thrown as Error).message) };
  }
}

async function openSpeaker(
  speaking: AssistantConfig['speaking'],
  voice: string | undefined,
  env: Environment,
): Promise<Speaker> {
  if (typeof speaking === 'object') {
    const { openSpeechEndpoint } = await import('../speech/openai/open-speech-endpoint.ts');
    const apiKey = env.ASSISTANT_TTS_KEY;
    return openSpeechEndpoint({ ...speaking, voice: voice ?? 'default', ...(apiKey ? { apiKey } : {}) });
  }
  if (speaking === 'espeak-ng' || (speaking === undefined && !isInstalled('flite'))) {
    if (speaking === undefined && !isInstalled('espeak-ng'))
      throw new UnavailableError('neither flite nor espeak-ng is installed');
    needs('espeak-ng');
    const { openEspeak, ESPEAK_VOICES } = await import('../speech/espeak/open-espeak.ts');
    return openEspeak(voice === undefined ? {} : { voice: oneOf(ESPEAK_VOICES, voice) });
  }
  needs('flite');
  const { openFlite, FLITE_VOICES } = await import('../speech/flite/open-flite.ts');
  return openFlite(voice === undefined ? {} : { voice: oneOf(FLITE_VOICES, voice) });
}

function needs(command: string): void {
  if (!isInstalled(command)) throw new UnavailableError(`${command} is not installed`);
}

function oneOf<Voice extends string>(voices: readonly Voice[], voice: string): Voice {
  const found = voices.find((each) => each === voice);
  if (found === undefined)
    throw new ConfigError(`there is no voice "${voice}"; use one of ${voices.join(', ')}`);
  return found;
}

function mute(why: string): Probe {
  return {
    part: 'speaking',
    chosen: null,
    meaning: `Replies are written, not spoken: ${why}.`,
    remedy: 'apt-get install flite, or set ASSISTANT_TTS_URL to an OpenAI-compatible server',
  };
}
