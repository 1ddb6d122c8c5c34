/** Counts of two windows together, place by place. Throws TypeError where they do not count the same places. */
export function addCounts(a: readonly number[], b: readonly number[]): number[] {
  if (a.length !== b.length) throw new TypeError('counts of different things cannot be added');
  return a.map((count, place) => count + b[place]);
}
