import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { answerOf, COMPARED, expectedOf, referencesOf, textOf } from '../answer.ts';
import { Normalisation, normaliser } from '../normalise.ts';
import { RIGHT_OR_WRONG, type ScorerType, type ScoringRule, scorerType } from '../scorer-type.ts';
import { unscorable, verdict } from '../scores.ts';

const Options = z.strictObject({ ...COMPARED, normalise: Normalisation });
const NOTHING_EXPECTED = unscorable('the case says nothing that is expected');

/** Equal to what is expected: texts as texts, JSON as JSON; where a list of texts is expected, equal to one of them. */
const exact = scorerType({
  type: 'exact',
  version: 1,
  aliases: { equals: {}, 'exact-match': {} },
  options: Options,
  create(options) {
    const normalise = normaliser(options.normalise);
    return {
      parts: [RIGHT_OR_WRONG],
      score(each, output) {
        const expected = expectedOf(each, options);
        if (expected === undefined) return NOTHING_EXPECTED;
        const answer = answerOf(output, options);
        if (typeof answer !== 'string') return verdict(isDeepStrictEqual(answer, expected), 'different');
        const text = normalise(answer);
        const references = referencesOf(expected) ?? [];
        return verdict(
          references.some((reference) => normalise(reference) === text),
          'different',
        );
      },
    };
  },
});

type Test = (text: string, wanted: string) => boolean;

/** A test of the answer's text against one text, or against one or all of several. */
function textTest(all: boolean, code: string, test: Test) {
  return (options: z.output<typeof Options>): ScoringRule => {
    const normalise = normaliser(options.normalise);
    return {
      parts: [RIGHT_OR_WRONG],
      score(each, output) {
        const wanted = referencesOf(expectedOf(each, options));
        if (wanted === undefined) return NOTHING_EXPECTED;
        const text = normalise(textOf(answerOf(output, options)));
        const absent = wanted.filter((one) => !test(text, normalise(one)));
        const right = all ? absent.length === 0 : absent.length < wanted.length;
        return verdict(right, code, right ? {} : { evidence: { absent } });
      },
    };
  };
}

const LOWER = { normalise: { case: 'lower' } } as const;
const includes: Test = (text, wanted) => text.includes(wanted);

/** The answer contains the expected text; of several, one of them. */
const containsAny = scorerType({
  type: 'contains',
  version: 1,
  aliases: { 'contains-any': {}, icontains: LOWER, 'icontains-any': LOWER },
  options: Options,
  create: textTest(false, 'absent', includes),
});

/** The answer contains every one of the expected texts. */
const containsAll = scorerType({
  type: 'contains-all',
  version: 1,
  aliases: { 'icontains-all': LOWER },
  options: Options,
  create: textTest(true, 'absent', includes),
});

/** The answer starts with the expected text, or with one of several. */
const startsWith = scorerType({
  type: 'starts-with',
  version: 1,
  options: Options,
  create: textTest(false, 'other-start', (text, wanted) => text.startsWith(wanted)),
});

const Count = z.int().min(0);

/** The number of words, separated by whitespace, is what was asked for. */
const wordCount = scorerType({
  type: 'word-count',
  version: 1,
  options: z
    .strictObject({
      outputField: COMPARED.outputField,
      value: z
        .union([Count, z.strictObject({ min: Count.optional(), max: Count.optional() })])
        .optional()
        .describe('The exact number of words, or { min, max }.'),
      min: Count.optional().describe('At least this many words.'),
      max: Count.optional().describe('At most this many words.'),
    })
    .refine(({ value, min, max }) => (value ?? min ?? max) !== undefined, 'say value, min or max'),
  create(options) {
    const { value } = options;
    const range = typeof value === 'number' ? { min: value, max: value } : { ...options, ...value };
    return {
      parts: [RIGHT_OR_WRONG],
      score(_, output) {
        const words = textOf(answerOf(output, options)).split(/\s+/).filter(Boolean).length;
        const evidence = { words };
        if (words < (range.min ?? 0)) return verdict(false, 'too-short', { evidence });
        return verdict(words <= (range.max ?? Number.POSITIVE_INFINITY), 'too-long', { evidence });
      },
    };
  },
});

export const MATCH_SCORERS: readonly ScorerType[] = [exact, containsAny, containsAll, startsWith, wordCount];
