import { wordsOf } from './case-text.ts';

/** Points of unit length, row after row; of each only the coordinates that are not 0. */
export interface SparsePoints {
  dimensions: number;
  /** Where each point begins, and after the last one the end. */
  starts: Int32Array;
  places: Int32Array;
  values: Float64Array;
}

/** So many of the most frequent terms are kept. */
const MOST_TERMS = 2000;
/** A term in more than this share of texts says nothing about one of them. */
const TOO_COMMON = 0.6;

/** TF-IDF vectors of texts, of unit length: 1 + ln(count) times ln((1 + N) / (1 + texts with it)) + 1. */
export function termVectors(texts: readonly string[]): { terms: string[]; points: SparsePoints } {
  const counted = texts.map((text) => countWords(wordsOf(text)));
  const frequencies = new Map<string, number>();
  for (const words of counted) {
    for (const word of words.keys()) frequencies.set(word, (frequencies.get(word) ?? 0) + 1);
  }
  const terms = [...frequencies]
    .filter(([word, count]) => word.length > 1 && count >= 2 && count <= TOO_COMMON * texts.length)
    .sort(([first, a], [second, b]) => b - a || (first < second ? -1 : 1))
    .slice(0, MOST_TERMS)
    .map(([word]) => word);
  const places = new Map(terms.map((term, place) => [term, place]));
  const weights = terms.map((term) => Math.log((1 + texts.length) / (1 + (frequencies.get(term) ?? 0))) + 1);
  const rows = counted.map((words) =>
    [...words].flatMap(([word, count]) => {
      const place = places.get(word);
      return place === undefined ? [] : [[place, (1 + Math.log(count)) * weights[place]] as const];
    }),
  );
  return { terms, points: toPoints(rows, terms.length) };
}

function countWords(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Points of unit length from their coordinates; one without any stays at 0. */
export function toPoints(
  rows: readonly (readonly (readonly [number, number])[])[],
  dimensions: number,
): SparsePoints {
  const starts = new Int32Array(rows.length + 1);
  for (const [row, coordinates] of rows.entries()) starts[row + 1] = starts[row] + coordinates.length;
  const places = new Int32Array(starts[rows.length]);
  const values = new Float64Array(starts[rows.length]);
  for (const [row, coordinates] of rows.entries()) {
    const length = Math.sqrt(coordinates.reduce((all, [, value]) => all + value * value, 0));
    for (const [index, [place, value]] of coordinates.entries()) {
      places[starts[row] + index] = place;
      values[starts[row] + index] = length > 0 ? value / length : 0;
    }
  }
  return { dimensions, starts, places, values };
}
