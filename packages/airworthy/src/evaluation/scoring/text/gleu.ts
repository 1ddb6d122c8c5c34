import { countNgrams, overlap } from './ngrams.ts';

const ORDERS = 4;

/** [n-grams in common, the larger of both numbers of n-grams], orders 1 to 4; of several references the best. */
export function gleuSums(answer: readonly string[], references: readonly (readonly string[])[]): number[] {
  const each = references.map((reference) => {
    let common = 0;
    for (let n = 1; n <= ORDERS; n++) common += overlap(countNgrams(answer, n), countNgrams(reference, n));
    return [common, Math.max(ngramsIn(answer.length), ngramsIn(reference.length))];
  });
  return each.reduce((best, sums) => (share(sums) > share(best) ? sums : best));
}

function ngramsIn(length: number): number {
  let sum = 0;
  for (let n = 1; n <= ORDERS; n++) sum += Math.max(0, length - n + 1);
  return sum;
}

function share([common, all]: readonly number[]): number {
  return all === 0 ? 0 : common / all;
}
