import { crossingsOf, FRAME, FRAME_MS, levelOf } from './frame-levels.ts';
import type { SpeechDetector, SpeechEvent } from './speech.ts';

/** Speech is this much above the room; hissing sounds are soft, but cross zero often. */
const ABOVE_ROOM_DB = 10;
const HISS_ABOVE_ROOM_DB = 5;
const HISS_CROSSINGS = 0.25;
/** Softer than this is nobody speaking to us, however quiet the room. */
const SOFTEST_DB = -52;
/** A click is no word. */
const FRAMES_TO_START = 3;
/** How fast the idea of the room follows it: down at once, up slowly, and hardly while somebody speaks. */
const FOLLOW = { down: 0.3, up: 0.02, speaking: 0.002 };
const FIRST_ROOM_DB = -60;

export interface SpeechDetectorOptions {
  /** Silence after which speech has ended: shorter answers sooner, longer lets people think. */
  silenceMs?: number;
}

/**
 * Finds speech by its level above the room's, which it learns, and by the crossings of zero that tell hissing sounds. It has no
 * weights; a person who whispers in a loud room is not found.
 */
export function createSpeechDetector({ silenceMs = 400 }: SpeechDetectorOptions = {}): SpeechDetector {
  let rest = new Int16Array(0);
  let room = FIRST_ROOM_DB;
  let frames = 0;
  let loudFrames = 0;
  let startedMs: number | null = null;
  let lastLoudMs = 0;

  function hear(frame: Int16Array): SpeechEvent | null {
    const level = levelOf(frame);
    const loud = isSpeech(level, crossingsOf(frame), room);
    room += (level - room) * followOf(level < room, startedMs !== null || loud);
    frames++;
    const nowMs = frames * FRAME_MS;
    loudFrames = loud ? loudFrames + 1 : 0;
    if (loud) lastLoudMs = nowMs;
    if (startedMs === null && loudFrames >= FRAMES_TO_START) {
      startedMs = nowMs - FRAMES_TO_START * FRAME_MS;
      return { kind: 'speech-started', atMs: startedMs };
    }
    if (startedMs === null || nowMs - lastLoudMs < silenceMs) return null;
    const ended = { startedMs, endedMs: lastLoudMs, silenceMs: nowMs - lastLoudMs };
    startedMs = null;
    return { kind: 'speech-ended', ...ended };
  }

  return {
    write(samples) {
      const all = new Int16Array(rest.length + samples.length);
      all.set(rest);
      all.set(samples, rest.length);
      const whole = Math.floor(all.length / FRAME);
      const events: SpeechEvent[] = [];
      for (let index = 0; index < whole; index++) {
        const event = hear(all.subarray(index * FRAME, (index + 1) * FRAME));
        if (event) events.push(event);
      }
      rest = all.slice(whole * FRAME);
      return events;
    },
  };
}

function isSpeech(level: number, crossings: number, room: number): boolean {
  const above = crossings > HISS_CROSSINGS ? HISS_ABOVE_ROOM_DB : ABOVE_ROOM_DB;
  return level > Math.max(SOFTEST_DB, room + above);
}

function followOf(falls: boolean, speaking: boolean): number {
  if (falls) return FOLLOW.down;
  return speaking ? FOLLOW.speaking : FOLLOW.up;
}
