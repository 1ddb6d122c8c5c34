import { hash } from 'node:crypto';

/** Shards over which sums are kept, so that what units have in common shows in how the shards differ. */
export const SHARDS = 32;

/** Part of the units by arm, in the order of their places between 0 and 1: the champion’s comes last. */
export type Weights = readonly (readonly [arm: string, weight: number])[];

/** Where a unit stands between 0 and 1, and which shard it belongs to; each salt shuffles anew. */
export interface UnitPlace {
  bucket: number;
  shard: number;
}

/**
 * The place of a unit: the first 8 bytes of the SHA-256 of `salt/unit`, as a number, over 2^64. The shard is taken from the
 * bytes after these and so knows nothing of the arm.
 */
export function placeUnit(salt: string, unit: string): UnitPlace {
  const digest = hash('sha256', `${salt}/${unit}`, 'buffer');
  const bucket = digest.readUInt32BE(0) / 2 ** 32 + digest.readUInt32BE(4) / 2 ** 64;
  return { bucket, shard: digest[8] % SHARDS };
}

/**
 * The arm at a place. As long as the first arms’ weights only grow, a unit only ever moves away from the champion.
 *
 * @example
 * armAt([['challenger', 0.05], ['champion', 0.95]], 0.3); // { arm: 'champion', propensity: 0.95 }
 */
export function armAt(weights: Weights, bucket: number): { arm: string; propensity: number } {
  let upTo = 0;
  for (const [arm, weight] of weights) {
    upTo += weight;
    if (bucket < upTo) return { arm, propensity: weight };
  }
  const [arm, propensity] = weights[weights.length - 1];
  return { arm, propensity };
}
