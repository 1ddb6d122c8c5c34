import { sha256 } from '../../kernel/ids.ts';

/**
 * A number in 0 … 2^32 - 1 for each row, uniform and independent of threads, machine and DuckDB version; the same in SQL
 * and in JavaScript. Two rounds of an integer mixer with multiplicative constants, keyed by the seed and by what the
 * number is for, so that a sample and a split with one seed are independent.
 */
export interface RowHash {
  /** The relation with a column `hash` more, from its column of row numbers. */
  over(relation: string, row: string): string;
  of(row: number): number;
}

/** Hashes lie below this. */
export const HASH_RANGE = 2 ** 32;

const [FIRST, SECOND] = [0x7feb352d, 0x846ca68b];
const MASK = HASH_RANGE - 1;

export function rowHash(purpose: string, seed: number): RowHash {
  const key = Buffer.from(sha256(`${purpose}:${seed}`), 'hex');
  const [low, high] = [key.readUInt32LE(0), key.readUInt32LE(4)];
  const steps = [...MIX_STEPS, `xor(hash, ${high}::UBIGINT)`, ...MIX_STEPS];
  return {
    // One query inside the other, so that each step is computed once.
    over: (relation, row) =>
      steps.reduce(
        (inner, step) => `(SELECT * REPLACE (${step} AS hash) FROM ${inner})`,
        `(SELECT *, xor(${row}::UBIGINT & ${MASK}, ${low}::UBIGINT) AS hash FROM ${relation})`,
      ),
    of: (row) => mix(mix(row ^ low) ^ high),
  };
}

function mix(value: number): number {
  const once = Math.imul(value ^ (value >>> 16), FIRST);
  const twice = Math.imul(once ^ (once >>> 15), SECOND);
  return (twice ^ (twice >>> 16)) >>> 0;
}

/** `mix` in SQL: the product of two 32-bit numbers fits in a UBIGINT. */
const MIX_STEPS = [
  `(xor(hash, hash >> 16) * ${FIRST}) & ${MASK}`,
  `(xor(hash, hash >> 15) * ${SECOND}) & ${MASK}`,
  'xor(hash, hash >> 16)',
];
