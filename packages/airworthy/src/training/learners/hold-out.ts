import { AirworthyError } from '../../kernel/errors.ts';
import type { Random } from '../../stats/random.ts';

/** Rows to learn from and rows kept to judge by, each ascending. */
export interface HoldOut {
  learnt: Uint32Array;
  held: Uint32Array;
}

/**
 * Holds out a share of each class (of all rows where there are no classes), at least one row of it and never its last.
 *
 * @throws AirworthyError VALIDATION_IMPOSSIBLE where no class has a row to spare.
 */
export function holdOut(
  rows: Uint32Array,
  target: Float64Array,
  classes: number,
  fraction: number,
  random: Random,
): HoldOut {
  const strata: number[][] = Array.from({ length: Math.max(1, classes) }, () => []);
  for (const row of rows) strata[classes === 0 ? 0 : target[row]].push(row);
  const isHeld = new Uint8Array(target.length);
  for (const stratum of strata) {
    const shuffled = Int32Array.from(stratum);
    random.shuffle(shuffled);
    const count = Math.min(Math.ceil(shuffled.length * fraction), shuffled.length - 1);
    for (const row of shuffled.subarray(0, Math.max(0, count))) isHeld[row] = 1;
  }
  if (!isHeld.includes(1)) {
    throw new AirworthyError('VALIDATION_IMPOSSIBLE', {
      message: `early stopping has no row to hold out of ${rows.length}`,
    });
  }
  return { learnt: rows.filter((row) => isHeld[row] === 0), held: rows.filter((row) => isHeld[row] === 1) };
}
