import { FRAME_MS, frameLevels } from './frame-levels.ts';
import { SAMPLE_RATE, type SoundQuality } from './speech.ts';

const SHORTEST_MS = 250;
const LONGEST_MS = 30_000;
/** Softer than a whisper at arm's length. */
const SILENCE_DB = -50;
/** Nothing within a few steps of full scale is speech: it is what a microphone does that is overdriven. */
const FULL_SCALE = 32_700;
const MOST_CLIPPED = 0.02;
/** Speech is loud and soft by turns, also without pauses; music and noise go on as they began. */
const LEAST_RANGE_DB = 12;

/** What a recording is like, and why it cannot be used where it cannot. */
export function judgeSound(samples: Int16Array): SoundQuality {
  const durationMs = (samples.length / SAMPLE_RATE) * 1_000;
  const levels = frameLevels(samples).sort((a, b) => a - b);
  const loud = quantile(levels, 0.95);
  const snrDb = levels.length === 0 ? null : loud - quantile(levels, 0.1);
  const clipped = samples.length === 0 ? 0 : samples.filter(atFullScale).length / samples.length;
  const loudMs = levels.filter((level) => level > Math.max(SILENCE_DB, loud - 30)).length * FRAME_MS;
  return { durationMs, snrDb, clipped, problem: problemOf() };

  function problemOf(): SoundQuality['problem'] {
    if (durationMs > LONGEST_MS) return 'too-long';
    if (levels.length === 0 || loud < SILENCE_DB) return durationMs < SHORTEST_MS ? 'too-short' : 'silence';
    if (loudMs < SHORTEST_MS) return 'too-short';
    if (clipped > MOST_CLIPPED) return 'clipped';
    if (snrDb !== null && snrDb < LEAST_RANGE_DB) return 'noise';
    return null;
  }
}

function atFullScale(sample: number): boolean {
  return Math.abs(sample) >= FULL_SCALE;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NEGATIVE_INFINITY;
}
