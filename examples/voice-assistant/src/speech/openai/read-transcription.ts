import type { Transcript } from '../speech.ts';
import { SpeechError } from '../speech-error.ts';
import { asRecognised } from './as-recognised.ts';

/** Above this Whisper itself says that nobody spoke, whatever it wrote. */
const NO_SPEECH = 0.8;

/** Text that repeats itself more than speech does: what Whisper writes when it is lost. */
const MOST_COMPRESSION = 2.6;

interface Segment {
  avg_logprob?: unknown;
  no_speech_prob?: unknown;
  compression_ratio?: unknown;
}

/**
 * What a server wrote about a recording. Only the text is always there: whisper.cpp leaves out fields of segments, vLLM all segments,
 * and some answer with plain text.
 */
export function readTranscription(body: string, server: string): Pick<Transcript, 'text' | 'confidence'> {
  const answer = parse(body);
  if (typeof answer === 'string') return { text: asRecognised(answer), confidence: null };
  if (typeof answer?.text !== 'string')
    throw new SpeechError('refused', `${server} gave no text but: ${body.slice(0, 200)}`);
  const segments = Array.isArray(answer.segments) ? (answer.segments as Segment[]) : [];
  if (segments.length > 0 && segments.every(isInvented)) return { text: '', confidence: 0 };
  const logs = segments.map(({ avg_logprob }) => avg_logprob).filter((log) => typeof log === 'number');
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  return {
    text: asRecognised(answer.text),
    confidence: logs.length === 0 ? null : Math.max(0, Math.min(1, Math.exp(mean))),
  };
}

function isInvented({ no_speech_prob, compression_ratio }: Segment): boolean {
  return (
    (typeof no_speech_prob === 'number' && no_speech_prob > NO_SPEECH) ||
    (typeof compression_ratio === 'number' && compression_ratio > MOST_COMPRESSION)
  );
}

function parse(body: string): string | { text?: unknown; segments?: unknown } | null {
  if (!/^\s*[{[]/.test(body)) return body;
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
