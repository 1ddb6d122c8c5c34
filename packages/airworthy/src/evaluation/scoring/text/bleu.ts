import { countNgrams, overlap } from './ngrams.ts';

/** Longest n-gram that counts. */
const ORDERS = 4;

/** What BLEU adds up over a corpus: matches and n-grams of orders 1 to 4, length of answers, length of references. */
export const BLEU_WIDTH = 2 * ORDERS + 2;

/** The statistics of one answer; of several references each n-gram counts as in the one that has it most often, the length is the closest. */
export function bleuSums(answer: readonly string[], references: readonly (readonly string[])[]): number[] {
  const matches: number[] = [];
  const totals: number[] = [];
  for (let n = 1; n <= ORDERS; n++) {
    const most = new Map<string, number>();
    for (const reference of references) {
      for (const [ngram, count] of countNgrams(reference, n)) {
        most.set(ngram, Math.max(count, most.get(ngram) ?? 0));
      }
    }
    matches.push(overlap(countNgrams(answer, n), most));
    totals.push(Math.max(0, answer.length - n + 1));
  }
  return [...matches, ...totals, answer.length, closestLength(answer.length, references)];
}

function closestLength(length: number, references: readonly (readonly string[])[]): number {
  return references
    .map((reference) => reference.length)
    .reduce((best, each) => {
      const nearer = Math.abs(each - length) - Math.abs(best - length);
      return nearer < 0 || (nearer === 0 && each < best) ? each : best;
    });
}

/**
 * BLEU of summed statistics (Papineni et al. 2002), 0 to 1, with the exponential smoothing of mteval-v13a: the k-th order
 * without a match counts 1/2^k matches.
 *
 * @param effectiveOrder stop at the longest n-gram that the answer has: for single sentences
 */
export function bleu(sums: ArrayLike<number>, effectiveOrder = false): number {
  const length = sums[2 * ORDERS];
  const wanted = sums[2 * ORDERS + 1];
  let anyMatch = false;
  let smoothing = 1;
  let logs = 0;
  let orders = 0;
  for (let order = 0; order < ORDERS; order++) {
    const matches = sums[order];
    const total = sums[ORDERS + order];
    if (total === 0) break;
    orders++;
    anyMatch ||= matches > 0;
    if (matches === 0) smoothing *= 2;
    logs += Math.log(matches === 0 ? 1 / (smoothing * total) : matches / total);
  }
  if (!anyMatch || (orders < ORDERS && !effectiveOrder)) return 0;
  const brevity = length < wanted ? Math.exp(1 - wanted / length) : 1;
  return brevity * Math.exp(logs / orders);
}
