import { createHash } from 'node:crypto';
import { joinSamples } from '../speech/join-samples.ts';
import { type Hearing, SAMPLE_RATE, type SoundQuality, type Transcript } from '../speech/speech.ts';
import { type OpenTrace, round } from './open-trace.ts';
import { LONGEST_SPEECH_MS } from './stage-budgets.ts';
import { StageError } from './stage-error.ts';
import type { Ears, SoundInput, TurnParts, TurnSetting } from './turn.ts';

/** What was said, or what the person is told who was not understood. */
export type Heard = { text: string; transcript: Transcript } | { reply: string; quality: SoundQuality };

/** How long speech is waited for to begin, where nobody says when it is over. */
const PATIENCE_MS = 8_000;

/** Sound from before the noticed beginning of speech that recognition gets as well. */
const LEAD_MS = 400;

/** Capture, end of speech and transcription: recognition goes on while the person speaks. */
export async function hearSound(
  { ears }: Pick<TurnParts, 'ears'>,
  input: SoundInput,
  setting: TurnSetting,
  trace: OpenTrace,
): Promise<Heard> {
  if (ears === null)
    throw new StageError({ stage: 'stt', code: 'unavailable', message: 'nothing here recognises speech' });
  if (input.wake) await recordWake(input.wake, setting, trace);
  const hearing = ears.transcriber.listen({
    onPartial: (partial) => setting.onEvent?.({ stage: 'stt', partial }),
  });
  try {
    const { quality, silenceMs } = await capture(ears, input, hearing, setting, trace);
    if (silenceMs !== null) await recordEndpoint(silenceMs, setting, trace);
    if (quality.problem !== null) return { reply: EXCUSES[quality.problem], quality };
    const transcript = await transcribe(hearing, setting, trace);
    if (transcript.text === '') return { reply: NOT_UNDERSTOOD, quality };
    return { text: transcript.text, transcript };
  } finally {
    hearing.abort();
  }
}

const NOT_UNDERSTOOD = 'sorry, i did not catch that';

const EXCUSES: Readonly<Record<NonNullable<SoundQuality['problem']>, string>> = {
  silence: 'i did not hear anything',
  clipped: 'that was too loud for me to understand, please say it a little softer',
  noise: 'there is too much noise for me to understand you',
  'too-long': 'that was too long for me, please say it in one sentence',
  'too-short': 'i only heard a sound, please say it again',
};

function recordWake(wake: { threshold: number }, setting: TurnSetting, trace: OpenTrace): Promise<void> {
  return trace.stage('wake', (running) => {
    running.set({ 'voice.wake.threshold': wake.threshold });
    running.waited(0);
    setting.onEvent?.({ stage: 'wake', ...wake });
  });
}

interface Captured {
  quality: SoundQuality;
  /** Null where nobody waited for silence. */
  silenceMs: number | null;
}

/** Takes sound until the person has spoken. What is heard goes to recognition at once, silence before it does not. */
function capture(
  ears: Ears,
  input: SoundInput,
  hearing: Hearing,
  setting: TurnSetting,
  trace: OpenTrace,
): Promise<Captured> {
  return trace.stage('audio.capture', async (running) => {
    running.waited(0);
    const detector = ears.createDetector();
    const waiting: Int16Array[] = [];
    const kept: Int16Array[] = [];
    let [heardMs, began, silenceMs] = [0, false, null as number | null];
    for await (const samples of untilAborted(input.sound, running.signal)) {
      heardMs += (samples.length / SAMPLE_RATE) * 1_000;
      kept.push(samples);
      if (began) hearing.write(samples);
      else keepLead(waiting, samples);
      for (const event of detector.write(samples)) {
        if (event.kind === 'speech-ended') silenceMs = event.silenceMs;
        else {
          silenceMs = null;
          if (!began) for (const early of waiting.splice(0)) hearing.write(early);
          began = true;
        }
      }
      if (input.endsBy === 'silence' && (silenceMs !== null || (!began && heardMs > PATIENCE_MS))) break;
      if (heardMs > LONGEST_SPEECH_MS) break;
    }
    // The detector may miss what recognition would not.
    if (!began) for (const samples of kept) hearing.write(samples);
    const samples = joinSamples(kept);
    const judged = ears.judgeSound(samples);
    const quality: SoundQuality = heardMs > LONGEST_SPEECH_MS ? { ...judged, problem: 'too-long' } : judged;
    running.set(soundAttributes(quality, samples));
    setting.onEvent?.({ stage: 'audio.capture', quality });
    return { quality, silenceMs: input.endsBy === 'silence' ? silenceMs : null };
  });
}

function keepLead(waiting: Int16Array[], samples: Int16Array): void {
  waiting.push(samples);
  const most = (LEAD_MS / 1_000) * SAMPLE_RATE;
  let length = waiting.reduce((sum, { length }) => sum + length, 0);
  while (length - waiting[0].length >= most) length -= waiting.shift()?.length ?? 0;
}

/** Ends with its source or when aborted; a source that throws is a microphone that has gone away. */
async function* untilAborted(
  source: AsyncIterable<Int16Array>,
  signal: AbortSignal,
): AsyncGenerator<Int16Array> {
  const frames = source[Symbol.asyncIterator]();
  const { promise: aborted, resolve } = Promise.withResolvers<{ done: true; value: undefined }>();
  const abort = () => resolve({ done: true, value: undefined });
  signal.addEventListener('abort', abort, { once: true });
  try {
    for (;;) {
      const { done, value } = await Promise.race([frames.next(), aborted]);
      if (done) return;
      yield value;
    }
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new StageError({ stage: 'audio.capture', code: 'microphone-gone', message }, cause);
  } finally {
    signal.removeEventListener('abort', abort);
    // What waits for a frame that never comes is not waited for.
    frames.return?.().catch(() => {});
  }
}

function recordEndpoint(silenceMs: number, setting: TurnSetting, trace: OpenTrace): Promise<void> {
  const startedMs = Math.max(0, trace.now() - silenceMs);
  return trace.stage(
    'vad.endpoint',
    (running) => {
      running.set({ 'voice.endpoint.silence_ms': round(silenceMs) });
      running.waited(0);
      setting.onEvent?.({ stage: 'vad.endpoint', silenceMs });
    },
    { startedMs },
  );
}

function transcribe(hearing: Hearing, setting: TurnSetting, trace: OpenTrace): Promise<Transcript> {
  return trace.stage('stt', async (running) => {
    const transcript = await hearing.end();
    const { engine, text, confidence, inGrammar } = transcript;
    running.set({
      'voice.stt.engine': engine,
      'voice.stt.words': text === '' ? 0 : text.split(' ').length,
      ...(confidence === null ? {} : { 'voice.stt.confidence': confidence }),
      ...(inGrammar === null ? {} : { 'voice.stt.in_grammar': inGrammar }),
      ...(setting.keepsTranscript ? { 'voice.stt.text': text } : {}),
    });
    setting.onEvent?.({ stage: 'stt', transcript });
    return transcript;
  });
}

function soundAttributes({ durationMs, snrDb, clipped, problem }: SoundQuality, samples: Int16Array) {
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  return {
    'voice.audio.duration_ms': round(durationMs),
    'voice.audio.clipped': clipped,
    'voice.audio.sha256': createHash('sha256').update(bytes).digest('hex'),
    ...(snrDb === null ? {} : { 'voice.audio.snr_db': round(snrDb) }),
    ...(problem === null ? {} : { 'voice.audio.problem': problem }),
  };
}
