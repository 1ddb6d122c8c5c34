import type { RunningStage } from 'airworthy/serving';
import { judgeSound } from '../speech/judge-sound.ts';
import { openAudioTranscriber } from '../speech/openai/open-audio-transcriber.ts';
import { readWav } from '../speech/read-wav.ts';
import { SoundError } from '../speech/sound-error.ts';
import { SAMPLE_RATE, type SoundQuality } from '../speech/speech.ts';
import { createSpeechDetector } from '../speech/speech-detector.ts';
import { transcribe } from '../speech/transcribe.ts';
import type { Hear, HearingProblem } from './create-decide.ts';

/** What a version hears with; packed with it, because a function sees no environment. */
export interface HearingServices {
  /** An OpenAI-compatible server: its `/audio/transcriptions` below this address. */
  transcription: { baseUrl: string; model: string };
}

/** A person waits: what takes longer is an answer to nobody. Less than the limit of the service, so that the trace says which stage it was. */
const PATIENCE_MS = 3_000;

/** Kept before the noticed beginning of speech and after its end: what is soft there are consonants. */
const MARGIN_MS = 300;

/** Hears recordings by a transcription server; what cannot be understood is not sent to it. */
export function createHear({ transcription }: HearingServices, patienceMs = PATIENCE_MS): Hear {
  return async (recording, { stage, traceparent }) => {
    const captured = await stage('audio.capture', (running) => capture(recording, running));
    if ('problem' in captured) return captured;
    const speech = await stage('vad.endpoint', (running) => cutToSpeech(captured.samples, running));
    return stage('stt', async (running) => {
      running.set('voice.stt.engine', transcription.model);
      const late = AbortSignal.timeout(patienceMs);
      const transcriber = openAudioTranscriber({
        ...transcription,
        ...(traceparent === undefined ? {} : { traceparent }),
      });
      const { text } = await transcribe(transcriber, speech, late).catch((thrown: unknown) => {
        if (!late.aborted) throw thrown;
        throw new Error(`${transcription.baseUrl} did not transcribe within ${patienceMs} ms`, {
          cause: thrown,
        });
      });
      running.set('voice.stt.words', text === '' ? 0 : text.split(' ').length);
      return text === '' ? { problem: NO_WORDS } : { text };
    });
  };
}

const NO_WORDS: HearingProblem = { code: 'no-words', message: 'no words were recognised in the recording' };

const COMPLAINTS: Readonly<Record<NonNullable<SoundQuality['problem']>, string>> = {
  silence: 'nothing can be heard in the recording',
  clipped: 'the recording is too loud: its peaks are cut off; turn the microphone down',
  noise: 'the recording is noise or music without pauses: nobody speaks who can be understood',
  'too-long': 'the recording is too long for one sentence',
  'too-short': 'the recording holds a sound that is too short for a word',
};

function capture(
  recording: Uint8Array,
  running: RunningStage,
): { samples: Int16Array } | { problem: HearingProblem } {
  try {
    const samples = readWav(recording);
    const { durationMs, snrDb, clipped, problem } = judgeSound(samples);
    running.set('voice.audio.duration_ms', Math.round(durationMs));
    running.set('voice.audio.clipped', clipped);
    if (snrDb !== null) running.set('voice.audio.snr_db', Math.round(snrDb));
    if (problem === null) return { samples };
    running.set('voice.audio.problem', problem);
    return { problem: { code: problem, message: COMPLAINTS[problem] } };
  } catch (thrown) {
    if (!(thrown instanceof SoundError)) throw thrown;
    running.set('voice.audio.problem', thrown.code);
    return { problem: { code: thrown.code, message: thrown.message } };
  }
}

/** What lies between the first beginning and the last end of speech; all of it where the detector finds none, as recognition may. */
function cutToSpeech(samples: Int16Array, running: RunningStage): Int16Array {
  const events = createSpeechDetector().write(samples);
  const [first] = events;
  const startMs = first?.kind === 'speech-started' ? first.atMs : 0;
  const last = events.at(-1);
  const allMs = (samples.length / SAMPLE_RATE) * 1_000;
  const endMs = last?.kind === 'speech-ended' ? last.endedMs : allMs;
  running.set('voice.endpoint.silence_ms', Math.round(allMs - endMs));
  const place = (ms: number) => Math.round((ms / 1_000) * SAMPLE_RATE);
  return samples.subarray(Math.max(0, place(startMs - MARGIN_MS)), place(endMs + MARGIN_MS));
}
