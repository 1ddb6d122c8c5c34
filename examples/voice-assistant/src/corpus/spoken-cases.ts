import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spokenSentences } from '../journey/spoken-sentences.ts';
import { type Condition, synthesizeCorpus } from '../speech/corpus/synthesize-corpus.ts';
import { type AssistantCase, toCase } from './to-case.ts';

/** A sentence out of a loudspeaker. */
export type SpokenSuiteCase = {
  id: string;
  input: { path: string };
  expected: { text: string; calls: AssistantCase['expected'] };
  metadata: AssistantCase['metadata'] & { voice: string; noise: string; sentence: string };
};

/** Four voices, and one that no recogniser learnt from; all are synthetic. */
const VOICES = ['slt', 'rms', 'awb', 'kal16', 'en-us'] as const;
const CONDITIONS: readonly Condition[] = [null, { noise: 'babble', snrDb: 10 }];

/** Of each skill a sentence in a known wording and one of a stranger, by every voice, in quiet and with people talking. */
export async function spokenCases(): Promise<SpokenSuiteCase[]> {
  const cases = spokenSentences(1).map(toCase);
  const folder = join(tmpdir(), 'airworthy-voices');
  const spoken = await synthesizeCorpus({
    cases: cases.map(({ id, input }) => ({ id, text: input.text })),
    ...{ folder, voices: VOICES, conditions: CONDITIONS, seed: 1 },
  });
  const byId = new Map(cases.map((each) => [each.id, each]));
  return spoken.flatMap(({ id, text, voice, noise, path }) => {
    const each = byId.get(id);
    if (each === undefined) return [];
    return {
      id: path,
      input: { path: join(folder, path) },
      expected: { text, calls: each.expected },
      metadata: { ...each.metadata, voice, noise, sentence: id },
    };
  });
}
