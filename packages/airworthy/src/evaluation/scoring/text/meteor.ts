import { porterStem } from './porter-stem.ts';

/** Weights of Lavie and Agarwal (2007) as in common use: how much recall outweighs precision, and what fragments cost. */
const ALPHA = 0.9;
const BETA = 3;
const GAMMA = 0.5;

/**
 * METEOR, 0 to 1, with two of its stages: equal words, then words with equal stems (Porter). Its third stage, synonyms of
 * English words, is left out: it needs WordNet.
 */
export function meteor(answer: readonly string[], reference: readonly string[]): number {
  const matches = align(
    answer.map((word) => word.toLowerCase()),
    reference.map((word) => word.toLowerCase()),
  );
  if (matches.length === 0) return 0;
  const precision = matches.length / answer.length;
  const recall = matches.length / reference.length;
  const mean = (precision * recall) / (ALPHA * precision + (1 - ALPHA) * recall);
  const penalty = GAMMA * (chunks(matches) / matches.length) ** BETA;
  return (1 - penalty) * mean;
}

type Match = readonly [ours: number, theirs: number];

/** Words of both texts that stand for each other, in the order of the answer. */
function align(answer: readonly string[], reference: readonly string[]): Match[] {
  const matches: Match[] = [];
  let ours = answer.map((word, index) => ({ word, index }));
  let theirs = reference.map((word, index) => ({ word, index }));
  for (const form of [(word: string) => word, porterStem]) {
    const places = new Map<string, number[]>();
    for (const { word, index } of theirs) {
      const key = form(word);
      const list = places.get(key);
      if (list) list.push(index);
      else places.set(key, [index]);
    }
    const used = new Set<number>();
    const left = ours.toReversed().filter(({ word, index }) => {
      const place = places.get(form(word))?.pop();
      if (place === undefined) return true;
      used.add(place);
      matches.push([index, place]);
      return false;
    });
    ours = left.reverse();
    theirs = theirs.filter(({ index }) => !used.has(index));
  }
  return matches.sort((a, b) => a[0] - b[0]);
}

/** Runs of matches that are neighbours in both texts. */
function chunks(matches: readonly Match[]): number {
  return matches.filter(
    ([ours, theirs], index) =>
      index === 0 || matches[index - 1][0] + 1 !== ours || matches[index - 1][1] + 1 !== theirs,
  ).length;
}
