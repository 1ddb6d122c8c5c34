/** Names that are kept, and of each so many characters. */
const NAMES = 32;
const CHARACTERS = 64;

/** Names with how often they were seen at least, most frequent first. Plain JSON of bounded size. */
export type FrequentNames = [name: string, count: number][];

/**
 * Names values of which there may be any number, in bounded space: every one that makes up more than a 33rd of them is
 * there, with a count that is too low by a 33rd of all at most (Misra and Gries 1982; exact up to 32 names).
 */
export interface NameCounter {
  add(name: string): void;
  /** What was seen since the last time. */
  take(): FrequentNames;
}

export function createNameCounter(): NameCounter {
  const counts = new Map<string, number>();
  return {
    add(name) {
      const key = frequentName(name);
      const count = counts.get(key);
      if (count !== undefined) counts.set(key, count + 1);
      else if (counts.size < NAMES) counts.set(key, 1);
      else lowerAll(counts, 1);
    },
    take() {
      const taken = inOrder(counts);
      counts.clear();
      return taken;
    },
  };
}

/** A value as it is named: long ones by their beginning. */
export function frequentName(value: string): string {
  return value.length > CHARACTERS ? `${value.slice(0, CHARACTERS - 1)}…` : value;
}

/** Both together, with the same promise (Agarwal et al. 2013, Mergeable summaries). */
export function mergeNames(a: FrequentNames, b: FrequentNames): FrequentNames {
  const counts = new Map(a);
  for (const [name, count] of b) counts.set(name, (counts.get(name) ?? 0) + count);
  const ordered = inOrder(counts);
  if (ordered.length > NAMES) lowerAll(counts, ordered[NAMES][1]);
  return inOrder(counts);
}

function lowerAll(counts: Map<string, number>, by: number): void {
  for (const [name, count] of counts) {
    if (count > by) counts.set(name, count - by);
    else counts.delete(name);
  }
}

function inOrder(counts: ReadonlyMap<string, number>): FrequentNames {
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}
