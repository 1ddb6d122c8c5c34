/** What a word's letters look like; the numbers are those of `shape_of` in training/train_tagger.py. */
export function shapeOf(word: string): number {
  if (/\p{Nd}/u.test(word)) return 1;
  if (!/\p{L}/u.test(word)) return 2;
  if (word === word.toLowerCase()) return 3;
  if (word === word.toUpperCase() && [...word].length > 1) return 4;
  return /^\p{Lu}/u.test(word) ? 5 : 6;
}
