import { z } from 'zod';
import { isRecord } from '../../../kernel/is-record.ts';
import { at, COMPARED, expectedOf, textOf } from '../answer.ts';
import type { Score } from '../scorer.ts';
import { type PartSpec, RIGHT_OR_WRONG, SHARE, scorerType } from '../scorer-type.ts';
import { scored, unscorable } from '../scores.ts';
import { ndcg, reciprocalRank } from './ranking-metrics.ts';

const Options = z.strictObject({
  value: COMPARED.value,
  expectedField: COMPARED.expectedField,
  k: z.int().min(1).default(10).describe('How many places count.'),
  gain: z.enum(['linear', 'exponential']).default('linear').describe('How graded relevance counts in nDCG.'),
  idField: z.string().min(1).default('id').describe('Where in a retrieved object its id is.'),
});

/**
 * What was retrieved, best first, held against what is relevant: a list of ids, or gains by id (`{ "doc-3": 2 }`). What is
 * retrieved twice counts once, at its first place.
 */
export const retrieval = scorerType({
  type: 'retrieval',
  version: 1,
  options: Options,
  create(options) {
    const { k, gain } = options;
    const parts: [PartSpec, ...PartSpec[]] = [
      { ...SHARE, part: `ndcg@${k}` },
      { ...SHARE, part: `recall@${k}` },
      { ...SHARE, part: `precision@${k}` },
      { ...RIGHT_OR_WRONG, part: `hit@${k}` },
      { ...SHARE, part: 'mrr' },
    ];
    const all = (score: Score) => Object.fromEntries(parts.map(({ part }) => [String(part), score]));
    return {
      parts,
      score(each, output) {
        const relevant = relevantOf(expectedOf(each, options));
        if (relevant.size === 0) return all(unscorable('the case has nothing that is relevant'));
        if (output.retrieved === undefined)
          return all(unscorable('the task reports nothing about what it retrieved'));
        const ids = new Set(output.retrieved.map((item) => idOf(item, options.idField)));
        const gains = [...ids].map((id) => relevant.get(id) ?? 0);
        const hits = gains.slice(0, k).filter((each) => each > 0).length;
        return {
          [`ndcg@${k}`]: scored(ndcg(gains, [...relevant.values()], k, gain), {
            evidence: { gains: gains.slice(0, k) },
          }),
          [`recall@${k}`]: scored(hits / relevant.size),
          [`precision@${k}`]: scored(hits / k),
          [`hit@${k}`]: scored(hits > 0 ? 1 : 0, hits > 0 ? {} : { code: 'nothing-relevant' }),
          mrr: scored(reciprocalRank(gains)),
        };
      },
    };
  },
});

function relevantOf(expected: unknown): Map<string, number> {
  if (Array.isArray(expected)) return new Map(expected.map((id) => [textOf(id), 1]));
  if (!isRecord(expected))
    return expected === undefined || expected === null ? new Map() : new Map([[textOf(expected), 1]]);
  return new Map(
    Object.entries(expected)
      .map(([id, gain]) => [id, Number(gain)] as const)
      .filter(([, gain]) => gain > 0),
  );
}

function idOf(item: unknown, field: string): string {
  return textOf(isRecord(item) ? (at(item, field) ?? item) : item);
}
