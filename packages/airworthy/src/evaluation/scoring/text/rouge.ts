import { countNgrams, overlap } from './ngrams.ts';
import { porterStem } from './porter-stem.ts';

/** Shorter words are left as they are. */
const SHORTEST_STEMMED = 4;

export type RougeVariant = '1' | '2' | 'L';

/** Precision, recall and their harmonic mean, 0 to 1. */
export interface Overlap {
  precision: number;
  recall: number;
  f1: number;
}

/** Lower-case runs of ASCII letters and digits, as the original ROUGE counts words. */
export function rougeWords(text: string, stem: boolean): string[] {
  const words = text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  return stem ? words.map((word) => (word.length < SHORTEST_STEMMED ? word : porterStem(word))) : words;
}

/** ROUGE-1, ROUGE-2 or ROUGE-L (Lin 2004) of two lists of words. */
export function rouge(
  answer: readonly string[],
  reference: readonly string[],
  variant: RougeVariant,
): Overlap {
  if (variant === 'L') {
    return overlapOf(longestCommonSubsequence(answer, reference), answer.length, reference.length);
  }
  const n = Number(variant);
  const common = overlap(countNgrams(answer, n), countNgrams(reference, n));
  return overlapOf(common, Math.max(answer.length - n + 1, 0), Math.max(reference.length - n + 1, 0));
}

function overlapOf(common: number, ours: number, theirs: number): Overlap {
  if (common === 0) return { precision: 0, recall: 0, f1: 0 };
  return { precision: common / ours, recall: common / theirs, f1: (2 * common) / (ours + theirs) };
}

function longestCommonSubsequence(a: readonly string[], b: readonly string[]): number {
  let previous = new Uint32Array(b.length + 1);
  let current = new Uint32Array(b.length + 1);
  for (const word of a) {
    for (let j = 1; j <= b.length; j++) {
      current[j] = word === b[j - 1] ? previous[j - 1] + 1 : Math.max(previous[j], current[j - 1]);
    }
    [previous, current] = [current, previous];
  }
  return previous[b.length];
}
