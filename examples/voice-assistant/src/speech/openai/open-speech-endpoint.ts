import { readWav } from '../read-wav.ts';
import { resample } from '../resample.ts';
import { SAMPLE_RATE, type Speaker } from '../speech.ts';
import { SpeechError } from '../speech-error.ts';
import { splitSentences } from '../split-sentences.ts';
import { send } from './send.ts';

export interface SpeechEndpointOptions {
  /** With `/v1`. */
  baseUrl: string;
  model: string;
  voice: string;
  apiKey?: string;
}

/** What `pcm` is in OpenAI's interface, where nobody says otherwise. */
const PCM_RATE = 24_000;

/** Speech by a server with OpenAI's `/v1/audio/speech`: speaches, Kokoro-FastAPI, or `serveSpeech` here. */
export function openSpeechEndpoint({ baseUrl, model, voice: usual, apiKey }: SpeechEndpointOptions): Speaker {
  const closing = new AbortController();
  return {
    name: 'openai-speech',
    async *speak(text, { voice = usual, signal } = {}) {
      const stopped = signal ? AbortSignal.any([signal, closing.signal]) : closing.signal;
      for (const input of splitSentences(text)) {
        if (stopped.aborted) return;
        try {
          const body = JSON.stringify({ model, input, voice, response_format: 'wav' });
          const response = await send({
            url: `${baseUrl.replace(/\/+$/, '')}/audio/speech`,
            body,
            apiKey,
            signal: stopped,
          });
          yield await soundOf(response, baseUrl);
        } catch (error) {
          if (stopped.aborted) return;
          throw error;
        }
      }
    },
    async close() {
      closing.abort();
    },
  };
}

/** Some servers send bare samples whatever was asked for. */
async function soundOf(response: Response, server: string): Promise<Int16Array> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const type = response.headers.get('content-type') ?? '';
  if (!response.ok || type.includes('json'))
    throw new SpeechError(
      'refused',
      `${server} answered ${response.status}: ${new TextDecoder().decode(bytes.subarray(0, 200))}`,
    );
  if (new TextDecoder('latin1').decode(bytes.subarray(0, 4)) === 'RIFF') return readWav(bytes);
  if (!/pcm|l16|octet-stream/.test(type))
    throw new SpeechError(
      'refused',
      `${server} sent ${type || 'sound of no named kind'}; wav or pcm was asked for`,
    );
  const rate = Number(/rate=(\d+)/.exec(type)?.[1] ?? PCM_RATE);
  const view = new DataView(bytes.buffer, 0, bytes.length - (bytes.length % 2));
  const samples = Float32Array.from({ length: view.byteLength / 2 }, (_, index) =>
    view.getInt16(index * 2, true),
  );
  return Int16Array.from(resample(samples, rate, SAMPLE_RATE), Math.round);
}
