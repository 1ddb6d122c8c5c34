import { chiSquareTwoSample } from '../tests.ts';
import { poolPlaces } from './pool-places.ts';

/**
 * How much more windows of one and the same reference differ than chance alone explains: days are not alike, and a test
 * that takes them to be calls every day different (McCullagh and Nelder 1989, section 4.5).
 */
export interface Overdispersion {
  /** 1 where rows are independent; a chi-square statistic of such a window is on average this many times too large. */
  phi: number;
  /** The rows of a typical window, as `effectiveRows` counts them; 0 where no window told anything. */
  windowRows: number;
}

/**
 * Learnt from the windows that a reference is made of: each against the others together, the mean of X²/df, at least 1.
 * `reference` is counted on the same places as the windows and is their sum, or more.
 *
 * @example
 * overdispersion([300, 300], [[150, 150], [150, 150]]); // { phi: 1, windowRows: 112.5 }
 */
export function overdispersion(
  reference: ArrayLike<number>,
  windows: readonly ArrayLike<number>[],
): Overdispersion {
  return meanDispersion(sumDispersions(windows.map((window) => dispersionOf(reference, window))));
}

/** What windows tell, added up: X²/df against the rest of their reference, and the rows they told it by. */
export interface Dispersion {
  ratio: number;
  rows: number;
  /** How many of them had enough rows to tell. */
  windows: number;
}

export function dispersionOf(reference: ArrayLike<number>, window: ArrayLike<number>): Dispersion {
  const others = Array.from(reference, (count, place) => Math.max(0, count - window[place]));
  const pooled = poolPlaces(others, window);
  const { statistic, df } = chiSquareTwoSample(pooled.reference, pooled.current);
  if (df < 1) return { ratio: 0, rows: 0, windows: 0 };
  return { ratio: statistic / df, rows: effectiveRows(total(others), total(window)), windows: 1 };
}

export function sumDispersions(parts: readonly Dispersion[]): Dispersion {
  const sum = { ratio: 0, rows: 0, windows: 0 };
  for (const { ratio, rows, windows } of parts) {
    sum.ratio += ratio;
    sum.rows += rows;
    sum.windows += windows;
  }
  return sum;
}

export function meanDispersion({ ratio, rows, windows }: Dispersion): Overdispersion {
  if (windows === 0) return { phi: 1, windowRows: 0 };
  return { phi: Math.max(1, ratio / windows), windowRows: rows / windows };
}

/**
 * The overdispersion of a window of another size: what sets days apart weighs the more in X², the more rows there are
 * to see it by.
 */
export function phiAt({ phi, windowRows }: Overdispersion, rows: number): number {
  return windowRows > 0 ? 1 + ((phi - 1) * rows) / windowRows : 1;
}

/** Rows that a comparison of n and m rows is worth: nm / (n + m), of a small window nearly all of its own. */
export function effectiveRows(n: number, m: number): number {
  return n + m > 0 ? (n * m) / (n + m) : 0;
}

function total(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let place = 0; place < counts.length; place++) sum += counts[place];
  return sum;
}
