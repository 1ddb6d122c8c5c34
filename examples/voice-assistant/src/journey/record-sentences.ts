import { join } from 'node:path';
import type { Sentence } from '../corpus/expand-sentences.ts';
import { synthesizeCorpus } from '../speech/corpus/synthesize-corpus.ts';
import { WAKE_PHRASE } from '../speech/wake-word.ts';
import type { Recording } from './replay-spoken.ts';

/** Synthetic voices that the acoustic model can hear. */
export const VOICES = ['slt', 'rms', 'awb', 'kal16'] as const;

const WAKE = 'wake';

/** Each voice reads each sentence, and says the wake word once. */
export async function recordSentences(
  sentences: readonly Sentence[],
  { folder }: { folder: string },
): Promise<Recording[]> {
  const spoken = await synthesizeCorpus({
    cases: [{ id: WAKE, text: WAKE_PHRASE }, ...sentences.map(({ id, text }) => ({ id, text }))],
    voices: [...VOICES],
    folder,
    seed: 1,
  });
  const paths = new Map(spoken.map(({ id, voice, path }) => [`${voice}/${id}`, join(folder, path)]));
  const pathOf = (voice: string, id: string): string => {
    const path = paths.get(`${voice}/${id}`);
    if (path === undefined) throw new Error(`the voice ${voice} did not read "${id}"`);
    return path;
  };
  return VOICES.flatMap((voice) =>
    sentences.map((sentence) => ({
      ...{ id: `${voice} ${sentence.id}`, sentence, voice },
      path: pathOf(voice, sentence.id),
      wakePath: pathOf(voice, WAKE),
    })),
  );
}
