/** A seeded stream of random numbers: the same seed gives the same numbers on every machine. */
export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  next(): number;
  /** Uniform in 0 … n-1, for n up to 2^32 (bias at most n / 2^53). */
  integer(n: number): number;
  /** Standard normal. */
  normal(): number;
  /** Puts the items in random order, in place (Fisher-Yates). */
  shuffle(items: Int32Array): void;
  /** An independent stream named by the label; how much was drawn before does not matter. */
  fork(label: string): Random;
}

/**
 * xoshiro128** (Blackman and Vigna 2021), its state filled from the seed's text by FNV-1a and the murmur3 finaliser.
 * Numbers are not fit for secrets.
 *
 * @example
 * const random = createRandom(1);
 * random.fork('trial 3').integer(10); // always the same digit
 */
export function createRandom(seed: number | string): Random {
  const name = String(seed);
  const draw = xoshiro128(stateFrom(name));
  const next = (): number => ((draw() >>> 5) * 67108864 + (draw() >>> 6)) / 9007199254740992;
  const integer = (n: number): number => Math.floor(next() * n);
  return {
    next,
    integer,
    normal: polarNormal(next),
    shuffle(items) {
      for (let last = items.length - 1; last > 0; last--) {
        const chosen = integer(last + 1);
        const kept = items[last];
        items[last] = items[chosen];
        items[chosen] = kept;
      }
    },
    fork: (label) => createRandom(`${name}/${label}`),
  };
}

/** The generator itself: 32 random bits a call. Exported for its published test vector. */
export function xoshiro128(state: Uint32Array): () => number {
  let [a, b, c, d] = state;
  return () => {
    const times5 = Math.imul(b, 5);
    const result = Math.imul((times5 << 7) | (times5 >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
}

function stateFrom(name: string): Uint32Array {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  // The golden-ratio step keeps the four words distinct, so the state is never all zero.
  return Uint32Array.from({ length: 4 }, (_, word) => finalise(hash + Math.imul(word + 1, 0x9e3779b9)));
}

function finalise(word: number): number {
  let mixed = word;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Marsaglia's polar method (1964); its second number is kept for the next call. */
function polarNormal(next: () => number): () => number {
  let spare = Number.NaN;
  return () => {
    if (!Number.isNaN(spare)) {
      const kept = spare;
      spare = Number.NaN;
      return kept;
    }
    for (;;) {
      const x = 2 * next() - 1;
      const y = 2 * next() - 1;
      const square = x * x + y * y;
      if (square === 0 || square >= 1) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      spare = y * scale;
      return x * scale;
    }
  };
}
