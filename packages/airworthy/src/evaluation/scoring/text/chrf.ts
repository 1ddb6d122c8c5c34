import { countNgrams, overlap, wordsOf } from './ngrams.ts';

const CHARACTER_ORDERS = 6;
/** Recall counts twice as much as precision. */
const BETA_SQUARED = 4;
const PUNCTUATION = new Set('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~');

/** Numbers that chrF adds up: of every order the n-grams of the answer, of the reference, and those in common. */
export function chrfWidth(wordOrders: number): number {
  return 3 * (CHARACTER_ORDERS + wordOrders);
}

/** The statistics of one answer; of several references those of the one that it is nearest to. */
export function chrfSums(answer: string, references: readonly string[], wordOrders: number): number[] {
  const ours = ngramsOf(answer, wordOrders);
  const each = references.map((reference) => sumsOf(ours, ngramsOf(reference, wordOrders)));
  return each.reduce((best, sums) => (chrf(sums) > chrf(best) ? sums : best));
}

function ngramsOf(text: string, wordOrders: number): Map<string, number>[] {
  const characters = [...text.replaceAll(/\s+/g, '')];
  const words = wordOrders === 0 ? [] : separated(text);
  return [
    ...Array.from({ length: CHARACTER_ORDERS }, (_, index) => countNgrams(characters, index + 1, '')),
    ...Array.from({ length: wordOrders }, (_, index) => countNgrams(words, index + 1)),
  ];
}

/** Words with punctuation at one of their ends split off, as chrF++ counts them. */
function separated(text: string): string[] {
  return wordsOf(text).flatMap((word) => {
    const characters = [...word];
    const last = characters.length - 1;
    if (last === 0) return [word];
    if (PUNCTUATION.has(characters[last])) return [characters.slice(0, last).join(''), characters[last]];
    return PUNCTUATION.has(characters[0]) ? [characters[0], characters.slice(1).join('')] : [word];
  });
}

function sumsOf(answer: readonly Map<string, number>[], reference: readonly Map<string, number>[]): number[] {
  return answer.flatMap((ours, order) => {
    const theirs = reference[order];
    return [theirs.size > 0 ? total(ours) : 0, total(theirs), overlap(ours, theirs)];
  });
}

function total(counts: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

/** chrF (Popović 2015) of summed statistics, 0 to 1: F2 of the mean precision and recall over the orders that both texts have. */
export function chrf(sums: ArrayLike<number>): number {
  let precision = 0;
  let recall = 0;
  let orders = 0;
  for (let at = 0; at < sums.length; at += 3) {
    if (sums[at] === 0 || sums[at + 1] === 0) continue;
    precision += sums[at + 2] / sums[at];
    recall += sums[at + 2] / sums[at + 1];
    orders++;
  }
  if (precision + recall === 0) return 0;
  return ((1 + BETA_SQUARED) * precision * recall) / (BETA_SQUARED * precision + recall) / orders;
}
