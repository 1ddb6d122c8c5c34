import type { StageName } from './turn.ts';

export interface StageBudget {
  /** What half of all turns should stay within, in ms that the person waits. */
  p50: number;
  /** What 95 of a hundred should stay within. */
  p95: number;
  /** When the stage is given up. */
  timeoutMs: number;
}

/** Of the whole, from the end of speech to the first sound of the reply. */
export const RESPONSE_BUDGET = { p50: 300, p95: 600 };

/** Longest utterance that is listened to. */
export const LONGEST_SPEECH_MS = 15_000;

/** What the person waits for each stage at most. Capture, wake word and end of speech are while the person speaks. */
export const STAGE_BUDGETS: Readonly<Record<StageName, StageBudget>> = {
  'audio.capture': { p50: 0, p95: 0, timeoutMs: 30_000 },
  wake: { p50: 0, p95: 0, timeoutMs: 1_000 },
  'vad.endpoint': { p50: 500, p95: 500, timeoutMs: 2_000 },
  stt: { p50: 100, p95: 250, timeoutMs: 5_000 },
  nlu: { p50: 30, p95: 80, timeoutMs: 5_000 },
  'call.validate': { p50: 1, p95: 5, timeoutMs: 1_000 },
  'skill.execute': { p50: 5, p95: 100, timeoutMs: 6_000 },
  tts: { p50: 50, p95: 190, timeoutMs: 4_000 },
};
