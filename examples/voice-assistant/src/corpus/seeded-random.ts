import { createHash } from 'node:crypto';

/** Draws that are the same on every machine for the same seed (Mulberry32); not for secrets. */
export interface SeededRandom {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in 0 … n-1. */
  integer(n: number): number;
  pick<T>(items: readonly T[]): T;
  /** The items in random order; the list given is left as it is. */
  shuffled<T>(items: readonly T[]): T[];
}

/**
 * @example
 * seededRandom('1/set a timer').pick(['ten minutes', 'an hour']);
 */
export function seededRandom(seed: string): SeededRandom {
  let state = hashOf(seed);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const integer = (n: number): number => Math.floor(next() * n);
  return {
    ...{ next, integer },
    pick: (items) => items[integer(items.length)],
    shuffled(items) {
      const order = [...items];
      for (let last = order.length - 1; last > 0; last--) {
        const chosen = integer(last + 1);
        [order[last], order[chosen]] = [order[chosen], order[last]];
      }
      return order;
    },
  };
}

/** 32 bits of a text. */
export function hashOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0);
}
