import { joinSamples } from '../join-samples.ts';
import { judgeSound } from '../judge-sound.ts';
import type { Transcriber, Transcript } from '../speech.ts';
import { SpeechError } from '../speech-error.ts';
import { writeWav } from '../write-wav.ts';
import { readTranscription } from './read-transcription.ts';
import { send } from './send.ts';

export interface AudioTranscriberOptions {
  /** As OpenAI's clients take it, with `/v1`; or the whole address of whisper.cpp's `/inference`. */
  baseUrl: string;
  model: string;
  apiKey?: string;
  language?: string;
  /** W3C trace context of what asks. */
  traceparent?: string;
}

/** A minute: servers refuse more, and nobody says more in one breath. */
const MOST_SAMPLES = 60 * 16_000;

/** Recognition by a server with OpenAI's `/v1/audio/transcriptions`: whisper.cpp, speaches, vLLM, or `serveSpeech` here. */
export function openAudioTranscriber(options: AudioTranscriberOptions): Transcriber {
  const closing = new AbortController();
  return {
    name: 'openai-audio',
    listen({ signal } = {}) {
      const aborting = new AbortController();
      const stopped = AbortSignal.any([aborting.signal, closing.signal, ...(signal ? [signal] : [])]);
      const parts: Int16Array[] = [];
      let length = 0;
      return {
        write(samples) {
          if (stopped.aborted || length >= MOST_SAMPLES) return;
          parts.push(samples.slice());
          length += samples.length;
        },
        async end() {
          const samples = joinSamples(parts.splice(0));
          // Whisper invents text in silence, so that silence is never sent to it.
          if (judgeSound(samples).problem !== null) return nothing();
          return transcribe(options, samples, stopped);
        },
        abort: () => aborting.abort(),
      };
    },
    async close() {
      closing.abort();
    },
  };
}

async function transcribe(
  { baseUrl, model, apiKey, language, traceparent }: AudioTranscriberOptions,
  samples: Int16Array,
  signal: AbortSignal,
): Promise<Transcript> {
  const ask = (format: 'verbose_json' | 'json') => {
    const form = new FormData();
    form.set('file', new Blob([new Uint8Array(writeWav(samples))], { type: 'audio/wav' }), 'speech.wav');
    form.set('model', model);
    form.set('response_format', format);
    form.set('temperature', '0');
    if (language) form.set('language', language);
    return send({ url: transcriptionUrl(baseUrl), body: form, apiKey, traceparent, signal });
  };
  const verbose = await ask('verbose_json');
  // vLLM and some others know only the short answer.
  const response = verbose.status === 400 || verbose.status === 422 ? await ask('json') : verbose;
  const body = await response.text();
  if (!response.ok)
    throw new SpeechError('refused', `${baseUrl} answered ${response.status}: ${body.slice(0, 200)}`);
  return { ...readTranscription(body, baseUrl), inGrammar: null, engine: `openai-audio ${model}` };
}

function transcriptionUrl(baseUrl: string): string {
  const base = baseUrl.replace(/\/+$/, '');
  return base.endsWith('/inference') ? base : `${base}/audio/transcriptions`;
}

function nothing(): Transcript {
  return { text: '', confidence: null, inGrammar: null, engine: 'openai-audio' };
}
