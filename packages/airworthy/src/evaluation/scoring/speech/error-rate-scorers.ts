import { z } from 'zod';
import { answerOf, COMPARED, expectedOf, textOf } from '../answer.ts';
import { Normalisation, normaliser } from '../normalise.ts';
import type { Score } from '../scorer.ts';
import { type ScorerType, scorerType } from '../scorer-type.ts';
import { failed, scored, unscorable } from '../scores.ts';
import { countEdits } from '../text/edit-distance.ts';
import { wordsOf } from '../text/ngrams.ts';

const Options = z.strictObject({ ...COMPARED, normalise: Normalisation });

/**
 * An error rate over the units of transcripts. Over a corpus it is all edits by all units of the references, never a mean of
 * rates. An empty reference (silence) has no units: what is heard in it counts as insertions in the corpus, and the case's own
 * value is 0 for an empty answer, else 1.
 */
function errorRate(type: string, unit: string, unitsOf: (text: string) => string[]) {
  return scorerType({
    type,
    version: 1,
    options: Options,
    create(options) {
      const normalise = normaliser(options.normalise);
      return {
        parts: [
          {
            aggregate: { kind: 'sums', name: 'error-rate', width: 4 },
            better: 'lower',
            binary: false,
            unit: `of ${unit}`,
          },
        ],
        score(each, output) {
          const expected = expectedOf(each, options);
          if (expected === undefined || expected === null) return unscorable('the case has no transcript');
          const units = (value: unknown) => unitsOf(normalise(textOf(value)));
          return rated(units(expected), units(answerOf(output, options)), unit);
        },
      };
    },
  });
}

function rated(reference: readonly string[], answer: readonly string[], unit: string): Score {
  const edits = countEdits(reference, answer);
  if (!edits) return failed(`both transcripts are too long to compare by ${unit}`, 'too-long');
  const { substitutions, deletions, insertions } = edits;
  const errors = substitutions + deletions + insertions;
  const rate = reference.length === 0 ? Math.min(errors, 1) : errors / reference.length;
  return scored(rate, {
    evidence: { ...edits, reference: reference.length },
    sums: [substitutions, deletions, insertions, reference.length],
  });
}

export const SPEECH_SCORERS: readonly ScorerType[] = [
  errorRate('wer', 'words', wordsOf),
  errorRate('cer', 'characters', (text) => [...text.trim()]),
];
