/** A word as features see it; `spelled` is null where its beginning and end are not looked at. */
export interface SeenWord {
  word: string;
  spelled: string | null;
}

/** Stands for a word that is not known. */
export const UNKNOWN_WORD = '?';

const START: SeenWord = { word: '<', spelled: null };
const END: SeenWord = { word: '>', spelled: null };

/** What the intent is read from: words, pairs of them, their beginnings and ends. */
export function sentenceFeatures(words: readonly SeenWord[]): string[] {
  return [START, ...words, END].flatMap(({ word, spelled }, i, all) => [
    `w ${word}`,
    ...(i > 0 ? [`p ${all[i - 1].word} ${word}`] : []),
    ...affixesOf(spelled),
  ]);
}

/** What each word's label is read from: it and its neighbours. */
export function wordFeatures(words: readonly SeenWord[]): string[][] {
  const at = (i: number) => (words[i] ?? (i < 0 ? START : END)).word;
  return words.map(({ word, spelled }, i) => [
    'any',
    `0 ${word}`,
    `-1 ${at(i - 1)}`,
    `+1 ${at(i + 1)}`,
    `-2 ${at(i - 2)}`,
    `-1 0 ${at(i - 1)} ${word}`,
    `0 +1 ${word} ${at(i + 1)}`,
    `-2 -1 ${at(i - 2)} ${at(i - 1)}`,
    ...affixesOf(spelled),
  ]);
}

function affixesOf(word: string | null): string[] {
  if (word === null) return [];
  return [3, 4].flatMap((size) =>
    word.length > size ? [`a ${word.slice(0, size)}-`, `a -${word.slice(-size)}`] : [],
  );
}
