import { bleu } from './text/bleu.ts';
import { chrf } from './text/chrf.ts';

const share = (part: number, whole: number): number => (whole === 0 ? Number.NaN : part / whole);

/** Each function by the name that metrics have for it, and what its sums are. */
const AGGREGATES = {
  /** [part, whole] */
  ratio: ([part, whole]) => share(part, whole),
  /** [hits, false alarms, misses] */
  precision: ([hits, falseAlarms]) => share(hits, hits + falseAlarms),
  recall: ([hits, , misses]) => share(hits, hits + misses),
  f1: ([hits, falseAlarms, misses]) => share(2 * hits, 2 * hits + falseAlarms + misses),
  /** [substitutions, deletions, insertions, length of the reference] */
  'error-rate': ([substitutions, deletions, insertions, length]) =>
    share(substitutions + deletions + insertions, length),
  /** As `bleuSums` gives them. */
  bleu: (sums) => bleu(sums),
  /** As `chrfSums` gives them. */
  chrf: (sums) => chrf(sums),
} satisfies Record<string, (sums: number[]) => number>;

type SumsAggregate = keyof typeof AGGREGATES;

/**
 * What a corpus scores, from the statistics of its cases summed up column by column. NaN where they give it no meaning.
 *
 * @example
 * aggregateSums('f1', [3, 1, 0]); // 0.857…
 */
export function aggregateSums(name: string, sums: ArrayLike<number>): number {
  if (!Object.hasOwn(AGGREGATES, name)) throw new TypeError(`aggregateSums: there is no aggregate "${name}"`);
  return AGGREGATES[name as SumsAggregate](Array.from(sums));
}
