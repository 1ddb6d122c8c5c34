import { z } from 'zod';
import { answerOf, COMPARED, expectedOf, referencesOf, textOf } from '../answer.ts';
import { Normalisation, normaliser } from '../normalise.ts';
import type { Aggregate, Score } from '../scorer.ts';
import { type ScorerType, type ScoringRule, SHARE, scorerType } from '../scorer-type.ts';
import { failed, scored, unscorable } from '../scores.ts';
import { BLEU_WIDTH, bleu, bleuSums } from './bleu.ts';
import { chrf, chrfSums, chrfWidth } from './chrf.ts';
import { levenshteinDistance } from './edit-distance.ts';
import { gleuSums } from './gleu.ts';
import { meteor } from './meteor.ts';
import { type RougeVariant, rouge, rougeWords } from './rouge.ts';
import { tokenise13a } from './tokenise-13a.ts';

const Options = z.strictObject({ ...COMPARED, normalise: Normalisation });
type Compare = (answer: string, references: readonly string[]) => Score;

const NO_WORDS = unscorable('the reference has no words');
const TOO_LONG = failed('both texts are too long to compare letter by letter', 'too-long');

/** A rule that compares the answer's text with the texts that are expected. */
function comparison(options: z.output<typeof Options>, aggregate: Aggregate, compare: Compare): ScoringRule {
  const normalise = normaliser(options.normalise);
  return {
    parts: [{ ...SHARE, aggregate }],
    score(each, output) {
      const references = referencesOf(expectedOf(each, options));
      if (references === undefined) return unscorable('the case says nothing that is expected');
      return compare(normalise(textOf(answerOf(output, options))), references.map(normalise));
    },
  };
}

/** Corpus BLEU with the tokens of WMT (13a); a case’s own value is its sentence BLEU. */
const bleuScorer = scorerType({
  type: 'bleu',
  version: 1,
  options: Options,
  create: (options) =>
    comparison(options, { kind: 'sums', name: 'bleu', width: BLEU_WIDTH }, (answer, references) => {
      const tokens = references.map(tokenise13a).filter((reference) => reference.length > 0);
      if (tokens.length === 0) return NO_WORDS;
      const sums = bleuSums(tokenise13a(answer), tokens);
      return scored(bleu(sums, true), { sums });
    }),
});

/** Corpus chrF2 over characters; with `wordOrders: 2` chrF++. */
const chrfScorer = scorerType({
  type: 'chrf',
  version: 1,
  options: Options.extend({
    wordOrders: z
      .int()
      .min(0)
      .max(2)
      .default(0)
      .describe('Longest n-gram of words that counts as well: 2 is chrF++.'),
  }),
  create: ({ wordOrders, ...options }) =>
    comparison(
      options,
      { kind: 'sums', name: 'chrf', width: chrfWidth(wordOrders) },
      (answer, references) => {
        const texts = references.filter((reference) => reference.trim() !== '');
        if (texts.length === 0) return NO_WORDS;
        const sums = chrfSums(answer, texts, wordOrders);
        return scored(chrf(sums), { sums });
      },
    ),
});

/** Google’s GLEU: n-grams in common over the larger number of n-grams. */
const gleuScorer = scorerType({
  type: 'gleu',
  version: 1,
  options: Options,
  create: (options) =>
    comparison(options, { kind: 'sums', name: 'ratio', width: 2 }, (answer, references) => {
      const tokens = references.map(tokenise13a).filter((reference) => reference.length > 0);
      if (tokens.length === 0) return NO_WORDS;
      const sums = gleuSums(tokenise13a(answer), tokens);
      return scored(sums[0] / sums[1], { sums });
    }),
});

function rougeScorer(
  type: string,
  variant: RougeVariant,
  aliases: Record<string, Record<string, never>> = {},
) {
  return scorerType({
    type,
    version: 1,
    aliases,
    options: Options.extend({
      stem: z.boolean().default(false).describe('English words count by their stem (Porter).'),
    }),
    create: ({ stem, ...options }) =>
      comparison(options, { kind: 'mean' }, (answer, references) => {
        const texts = references.map((reference) => rougeWords(reference, stem));
        const words = texts.filter((reference) => reference.length > 0);
        if (words.length === 0) return unscorable('the reference has no words of ASCII letters or digits');
        const ours = rougeWords(answer, stem);
        const best = words
          .map((reference) => rouge(ours, reference, variant))
          .reduce((first, next) => (next.f1 > first.f1 ? next : first));
        return scored(best.f1, { evidence: best });
      }),
  });
}

/** METEOR of equal words and equal stems; its third stage, synonyms, is left out. */
const meteorScorer = scorerType({
  type: 'meteor',
  version: 1,
  aliases: { 'meteor-without-synonyms': {} },
  options: Options,
  create: (options) =>
    comparison(options, { kind: 'mean' }, (answer, references) => {
      const tokens = references.map(tokenise13a).filter((reference) => reference.length > 0);
      if (tokens.length === 0) return NO_WORDS;
      const ours = tokenise13a(answer);
      return scored(Math.max(...tokens.map((reference) => meteor(ours, reference))));
    }),
});

/** Likeness by letters: 1 - distance / length of the longer text, to the nearest of the references. */
const levenshtein = scorerType({
  type: 'levenshtein',
  version: 1,
  options: Options,
  create: (options) =>
    comparison(options, { kind: 'mean' }, (answer, references) => {
      const distances = references.map((reference) => levenshteinDistance(reference, answer));
      if (distances.includes(undefined)) return TOO_LONG;
      const likeness = references.map((reference, index) => {
        const longest = Math.max([...reference].length, [...answer].length);
        return longest === 0 ? 1 : 1 - (distances[index] ?? 0) / longest;
      });
      return scored(Math.max(...likeness));
    }),
});

/** The number of letters to change, to the nearest of the references. */
const editDistance = scorerType({
  type: 'edit-distance',
  version: 1,
  options: Options,
  create(options) {
    const rule = comparison(options, { kind: 'mean' }, (answer, references) => {
      const distances = references.map((reference) => levenshteinDistance(reference, answer));
      const known = distances.filter((distance) => distance !== undefined);
      return known.length < distances.length ? TOO_LONG : scored(Math.min(...known));
    });
    const { range: _, ...spec } = rule.parts[0];
    return { ...rule, parts: [{ ...spec, better: 'lower', unit: 'letters' }] };
  },
});

export const OVERLAP_SCORERS: readonly ScorerType[] = [
  bleuScorer,
  chrfScorer,
  gleuScorer,
  rougeScorer('rouge-1', '1', { 'rouge-n': {} }),
  rougeScorer('rouge-2', '2'),
  rougeScorer('rouge-l', 'L'),
  meteorScorer,
  levenshtein,
  editDistance,
];
