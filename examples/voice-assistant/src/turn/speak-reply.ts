import { SAMPLE_RATE, type Speaker } from '../speech/speech.ts';
import { type OpenTrace, type RunningStage, round } from './open-trace.ts';
import { STAGE_BUDGETS } from './stage-budgets.ts';
import { StageError } from './stage-error.ts';
import type { SoundOut, Spoken, TurnSetting } from './turn.ts';
import { withinTime } from './within-time.ts';

/** No reply is longer. */
const LONGEST_REPLY_MS = 120_000;

/**
 * Speaks a reply: its first sound goes out as soon as it is made. Who begins to speak, or says stop, silences it; what was
 * heard until then is on the trace.
 */
export function speakReply(
  speaker: Speaker,
  reply: string,
  sound: SoundOut,
  setting: TurnSetting,
  trace: OpenTrace,
): Promise<Spoken> {
  return trace.stage(
    'tts',
    async (running) => {
      const spoken = await speak(speaker, reply, sound, setting, running);
      running.waited(spoken.firstSoundMs);
      running.set({
        'voice.tts.engine': speaker.name,
        'voice.tts.first_byte_ms': round(spoken.firstSoundMs),
        'voice.tts.audio_ms': round(spoken.audioMs),
        'voice.tts.played_ms': round(spoken.playedMs),
        interrupted: spoken.interrupted,
      });
      return spoken;
    },
    { timeoutMs: LONGEST_REPLY_MS, endsItself: true },
  );
}

async function speak(
  speaker: Speaker,
  reply: string,
  sound: SoundOut,
  setting: TurnSetting,
  running: RunningStage,
): Promise<Spoken> {
  const began = performance.now();
  const { signal, hush } = setting;
  const stop = AbortSignal.any([running.signal, signal, hush].filter((each) => each !== undefined));
  let firstSoundMs: number | null = null;
  let samplesMade = 0;
  const spoken = (interrupted: boolean): Spoken => {
    const audioMs = (samplesMade / SAMPLE_RATE) * 1_000;
    const playedMs = interrupted ? Math.min(audioMs, sound.stop()) : audioMs;
    return { firstSoundMs: firstSoundMs ?? performance.now() - began, audioMs, playedMs, interrupted };
  };
  // At once, whatever the speaker is doing.
  stop.addEventListener('abort', () => void sound.stop(), { once: true });
  const making = speaker.speak(reply, { signal: stop })[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await nextSound(making, stop);
      if (next === 'stopped') return spoken(true);
      if (next === 'over') break;
      if (firstSoundMs === null) {
        firstSoundMs = performance.now() - began;
        setting.onEvent?.({ stage: 'tts', firstByteMs: firstSoundMs });
      }
      samplesMade += next.length;
      const played = await withinTime(() => sound.play(next), LONGEST_REPLY_MS, stop);
      if (played.ended !== 'done') return spoken(true);
    }
    const heard = await withinTime(() => sound.finish(), LONGEST_REPLY_MS, stop);
    return spoken(heard.ended !== 'done');
  } finally {
    making.return?.().catch(() => {});
  }
}

/** The next samples, within the time that a speaker has for them. */
async function nextSound(
  making: AsyncIterator<Int16Array>,
  stop: AbortSignal,
): Promise<Int16Array | 'stopped' | 'over'> {
  const { timeoutMs } = STAGE_BUDGETS.tts;
  const next = await withinTime(() => making.next(), timeoutMs, stop);
  if (next.ended === 'aborted' || stop.aborted) return 'stopped';
  if (next.ended === 'timed-out')
    throw new StageError({ stage: 'tts', code: 'timed-out', message: `no sound within ${timeoutMs} ms` });
  return next.value.done ? 'over' : next.value.value;
}
