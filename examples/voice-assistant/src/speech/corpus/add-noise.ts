import { seededRandom } from '../../corpus/seeded-random.ts';

/** `white`: a hiss; `babble`: other people, as many voices as are given, at once. */
export type Noise = 'white' | 'babble';

/** The same speech in noise, so much softer than the speech as asked for. */
export function addNoise(
  speech: Int16Array,
  { snrDb, seed, babble }: { snrDb: number; seed: string; babble?: readonly Int16Array[] },
): Int16Array {
  const noise = babble ? mixed(babble, speech.length, seed) : hiss(speech.length, seed);
  const gain = Math.sqrt(powerOf(speech) / Math.max(1e-9, powerOf(noise)) / 10 ** (snrDb / 10));
  return Int16Array.from(speech, (sample, index) =>
    Math.max(-32_768, Math.min(32_767, Math.round(sample + gain * noise[index]))),
  );
}

function hiss(length: number, seed: string): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length }, () => random.next() * 2 - 1);
}

/** Each voice begins somewhere of its own and goes round. */
function mixed(voices: readonly Int16Array[], length: number, seed: string): Float32Array {
  const random = seededRandom(seed);
  const sum = new Float32Array(length);
  for (const voice of voices) {
    const start = Math.floor(random.next() * voice.length);
    for (let index = 0; index < length; index++) sum[index] += voice[(start + index) % voice.length];
  }
  return sum;
}

function powerOf(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < samples.length; index++) sum += samples[index] ** 2;
  return sum / Math.max(1, samples.length);
}
