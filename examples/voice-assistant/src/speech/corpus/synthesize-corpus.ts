import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type EspeakVoice, openEspeak } from '../espeak/open-espeak.ts';
import { FLITE_VOICES, type FliteVoice, openFlite } from '../flite/open-flite.ts';
import { collectSamples } from '../join-samples.ts';
import { SAMPLE_RATE, type Speaker } from '../speech.ts';
import { writeWav } from '../write-wav.ts';
import { addNoise, type Noise } from './add-noise.ts';

/** Every voice is synthetic; espeak's is the hard one, unlike the voices that recognisers learnt from. */
export const CORPUS_VOICES = [...FLITE_VOICES, 'en-us'] as const;
export type CorpusVoice = FliteVoice | EspeakVoice;

/** `null`: nothing is added. */
export type Condition = { noise: Noise; snrDb: number } | null;

/** A line of the manifest. */
export interface SpokenCase {
  id: string;
  text: string;
  voice: string;
  noise: Noise | 'none';
  snrDb: number | null;
  durationMs: number;
  /** Within the folder. */
  path: string;
}

export interface CorpusOptions {
  cases: readonly { id: string; text: string }[];
  folder: string;
  voices?: readonly CorpusVoice[];
  conditions?: readonly Condition[];
  seed?: number;
  onProgress?: (done: number, all: number) => void;
}

/** Voices that are made at once: commands of their own, of which two keep two cores busy. */
const AT_ONCE = 2;
const BABBLE = [
  'we could go to the lake if the weather holds and take the children with us',
  'i told her that the train was late again and nobody said a word about it',
  'there is more soup on the stove so help yourself before it gets cold',
];

/**
 * Speaks sentences with synthetic voices, in quiet and in noise, into WAV files and a manifest of JSON lines. The same request gives
 * the same bytes with the same versions of the voices.
 */
export async function synthesizeCorpus({
  cases,
  folder,
  voices = CORPUS_VOICES,
  conditions = [null],
  seed = 1,
  onProgress,
}: CorpusOptions): Promise<SpokenCase[]> {
  await mkdir(folder, { recursive: true });
  const speakers = { flite: openFlite(), espeak: openEspeak() };
  const say = (text: string, voice: CorpusVoice) =>
    speak(isFlite(voice) ? speakers.flite : speakers.espeak, text, voice);
  const babble = conditions.some((condition) => condition?.noise === 'babble')
    ? await Promise.all(BABBLE.map((text, index) => say(text, FLITE_VOICES[index])))
    : [];
  const wanted = cases.flatMap((each) => voices.map((voice) => ({ ...each, voice })));
  const spoken: SpokenCase[][] = [];
  let done = 0;
  const waiting = wanted.entries();
  const work = async () => {
    for (const [index, { id, text, voice }] of waiting) {
      const clean = padded(await say(text, voice));
      spoken[index] = await Promise.all(
        conditions.map(async (condition) => {
          const key = `${seed}/${id}/${voice}`;
          const samples = condition ? noisy(clean, condition, key, babble) : clean;
          const path = `${id}-${voice}${condition ? `-${condition.noise}-${condition.snrDb}` : ''}.wav`;
          await writeFile(join(folder, path), writeWav(samples));
          const durationMs = Math.round((samples.length / SAMPLE_RATE) * 1_000);
          return {
            id,
            text,
            voice,
            noise: condition?.noise ?? 'none',
            snrDb: condition?.snrDb ?? null,
            durationMs,
            path,
          };
        }),
      );
      onProgress?.(++done, wanted.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await Promise.all(Object.values(speakers).map((speaker) => speaker.close()));
  const manifest = spoken.flat();
  await writeFile(
    join(folder, 'manifest.jsonl'),
    manifest.map((line) => `${JSON.stringify(line)}\n`).join(''),
  );
  return manifest;
}

function isFlite(voice: CorpusVoice): voice is FliteVoice {
  return FLITE_VOICES.some((each) => each === voice);
}

function noisy(
  clean: Int16Array,
  { noise, snrDb }: NonNullable<Condition>,
  key: string,
  babble: readonly Int16Array[],
): Int16Array {
  const seed = `${key}/${noise}/${snrDb}`;
  return addNoise(clean, noise === 'babble' ? { snrDb, seed, babble } : { snrDb, seed });
}

function speak(speaker: Speaker, text: string, voice: string): Promise<Int16Array> {
  return collectSamples(speaker.speak(text, { voice }));
}

/** A fifth of a second of quiet on each side: microphones open before people speak. */
function padded(samples: Int16Array): Int16Array {
  const quiet = SAMPLE_RATE / 5;
  const whole = new Int16Array(samples.length + 2 * quiet);
  whole.set(samples, quiet);
  return whole;
}
