/** Counts by place, only of places that have any. Plain JSON, in which whole-numbered places come out in order. */
export type SparseCounts = Record<number, number>;

/** Adds (or with a negative number takes away) in place; a place that comes to 0 goes, so that equal counts are equal JSON. */
export function addCount(counts: SparseCounts, place: number, by: number): void {
  const count = (counts[place] ?? 0) + by;
  if (count === 0) delete counts[place];
  else counts[place] = count;
}

export function mergeCounts(a: SparseCounts, b: SparseCounts): SparseCounts {
  const merged = { ...a };
  for (const [place, count] of Object.entries(b)) addCount(merged, Number(place), count);
  return merged;
}
