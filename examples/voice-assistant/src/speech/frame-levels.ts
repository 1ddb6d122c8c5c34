import { SAMPLE_RATE } from './speech.ts';

export const FRAME_MS = 20;
export const FRAME = (SAMPLE_RATE * FRAME_MS) / 1_000;

/** What a hundredth of full scale's hundredth is: digital silence has no logarithm. */
const SILENCE_DB = -100;

/** Level in dB below full scale. */
export function levelOf(frame: Int16Array): number {
  let sum = 0;
  for (const sample of frame) sum += sample * sample;
  const power = sum / Math.max(1, frame.length) / 32_768 ** 2;
  return Math.max(SILENCE_DB, 10 * Math.log10(power));
}

/** Share of samples at which the sign changes: high in hissing sounds, which are soft but speech. */
export function crossingsOf(frame: Int16Array): number {
  let crossings = 0;
  for (let index = 1; index < frame.length; index++)
    if (frame[index] >= 0 !== frame[index - 1] >= 0) crossings++;
  return crossings / Math.max(1, frame.length - 1);
}

/** Levels of whole frames of 20 ms. */
export function frameLevels(samples: Int16Array): number[] {
  const frames = Math.floor(samples.length / FRAME);
  return Array.from({ length: frames }, (_, index) =>
    levelOf(samples.subarray(index * FRAME, (index + 1) * FRAME)),
  );
}
