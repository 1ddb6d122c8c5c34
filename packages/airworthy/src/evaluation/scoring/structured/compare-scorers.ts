import { z } from 'zod';
import { answerOf, COMPARED, expectedOf, textOf } from '../answer.ts';
import { Normalisation, normaliser } from '../normalise.ts';
import type { Score } from '../scorer.ts';
import { RIGHT_OR_WRONG, type ScorerType, SHARE, scorerType } from '../scorer-type.ts';
import { scored, unscorable, verdict } from '../scores.ts';
import { compareJson, likeness } from './compare-json.ts';
import { findJson, readJson } from './json-text.ts';

const NOTHING_EXPECTED = unscorable('the case says nothing that is expected');
/** Differences listed of one answer. */
const MOST_LISTED = 50;

/** The share of leaves that are the same, with the names of those that are not; `equal` where all are. */
const jsonDiff = scorerType({
  type: 'json-diff',
  version: 1,
  options: z.strictObject({
    ...COMPARED,
    ignore: z
      .array(z.string().min(1))
      .default([])
      .describe('Paths to leave out, such as `id` or `items[0].at`.'),
    tolerance: z.number().min(0).default(0).describe('Numbers no further apart than this are the same.'),
    extract: z
      .boolean()
      .default(false)
      .describe('The first JSON in the answer’s text counts, not all of the text.'),
  }),
  create: (options) => ({
    parts: [SHARE, { ...RIGHT_OR_WRONG, part: 'equal' }],
    score(each, output) {
      const expected = expectedOf(each, options);
      if (expected === undefined) return { '': NOTHING_EXPECTED, equal: NOTHING_EXPECTED };
      const answer = answerOf(output, options);
      const read =
        typeof answer === 'string' ? (options.extract ? findJson : readJson)(answer) : { value: answer };
      // A text is compared with a text as it is.
      const value = 'value' in read ? read.value : typeof expected === 'string' ? answer : undefined;
      if (value === undefined) {
        const wrong = scored(0, { code: 'invalid-json' });
        return { '': wrong, equal: wrong };
      }
      const difference = compareJson(expected, value, options);
      const equal = likeness(difference) === 1;
      const listed = {
        missing: difference.missing.slice(0, MOST_LISTED),
        unexpected: difference.unexpected.slice(0, MOST_LISTED),
        wrong: difference.wrong.slice(0, MOST_LISTED),
      };
      const also = equal ? {} : { code: 'different', evidence: listed };
      return { '': scored(likeness(difference), also), equal: verdict(equal, 'different') };
    },
  }),
});

/** A number close enough to the expected one; `error` is how far off it is. */
const numeric = scorerType({
  type: 'numeric',
  version: 1,
  aliases: { 'numeric-closeness': {} },
  options: z.strictObject({
    ...COMPARED,
    tolerance: z.number().min(0).default(0).describe('How far off the answer may be.'),
    relativeTolerance: z.number().min(0).default(0).describe('The same as a share of the expected number.'),
    extract: z
      .enum(['first', 'last'])
      .optional()
      .describe('The first or last number in the text, not all of the text.'),
  }),
  create: (options) => ({
    parts: [RIGHT_OR_WRONG, { part: 'error', aggregate: { kind: 'mean' }, better: 'lower', binary: false }],
    score(each, output) {
      const wanted = numberOf(expectedOf(each, options));
      if (wanted === undefined) {
        const none = unscorable('the case expects no number');
        return { '': none, error: none };
      }
      const given = numberOf(answerOf(output, options), options.extract);
      if (given === undefined) {
        return { '': verdict(false, 'no-number'), error: unscorable('the answer is no number', 'no-number') };
      }
      const error = Math.abs(given - wanted);
      const near = error <= Math.max(options.tolerance, options.relativeTolerance * Math.abs(wanted));
      return { '': verdict(near, 'too-far', { evidence: { given, wanted } }), error: scored(error) };
    },
  }),
});

const NUMBER = /[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[-+]?\d+)?|[-+]?\.\d+/gi;

function numberOf(value: unknown, extract?: 'first' | 'last'): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const found = value.trim().match(NUMBER) ?? [];
  const text =
    extract === undefined
      ? found.find((each) => each === value.trim())
      : found.at(extract === 'first' ? 0 : -1);
  return text === undefined ? undefined : Number(text.replaceAll(',', ''));
}

/** The items of a list: F1 of those that were wanted and those that were given, whatever their order. */
const listContains = scorerType({
  type: 'list-contains',
  version: 1,
  options: z.strictObject({
    ...COMPARED,
    normalise: Normalisation,
    allowMore: z
      .boolean()
      .default(false)
      .describe('Further items do no harm: the value is the share of wanted items.'),
  }),
  create(options) {
    const normalise = normaliser(options.normalise);
    const items = (value: unknown) => itemsOf(value).map((each) => normalise(textOf(each)));
    return {
      parts: [{ ...SHARE, aggregate: { kind: 'sums', name: options.allowMore ? 'recall' : 'f1', width: 3 } }],
      score(each, output) {
        const expected = expectedOf(each, options);
        if (expected === undefined || expected === null) return NOTHING_EXPECTED;
        return listScore(items(expected), items(answerOf(output, options)), options.allowMore);
      },
    };
  },
});

function listScore(wanted: readonly string[], given: readonly string[], allowMore: boolean): Score {
  const left = [...given];
  const missing = wanted.filter((item) => {
    const at = left.indexOf(item);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  const hits = wanted.length - missing.length;
  const sums = [hits, left.length, missing.length];
  const all = allowMore ? wanted.length : 2 * hits + left.length + missing.length;
  if (all === 0) return allowMore ? unscorable('no items are expected') : scored(1, { sums });
  const evidence = { missing: missing.slice(0, MOST_LISTED), unexpected: left.slice(0, MOST_LISTED) };
  const code = missing.length > 0 ? 'missing' : 'unexpected';
  const value = (allowMore ? hits : 2 * hits) / all;
  return scored(value, value === 1 ? { sums } : { sums, code, evidence });
}

/** A list as it is or in JSON; else the lines of a text without their bullets. */
function itemsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'string') return value === undefined || value === null ? [] : [value];
  const read = readJson(value);
  if ('value' in read && Array.isArray(read.value)) return read.value;
  return value
    .split('\n')
    .map((line) => line.replace(/^\s*(?:[-*•]|\d+[.)])\s+/, '').trim())
    .filter(Boolean);
}

export const COMPARE_SCORERS: readonly ScorerType[] = [jsonDiff, numeric, listContains];
