import type { LabelValue, ServedOutput } from './outcome-task.ts';

/**
 * Sums over rows of a regression, y the label and e the label less the prediction. Values are rounded to 2^-60, so
 * that these are whole numbers of any length (products in that unit's powers), and written in decimal for JSON.
 */
export interface ErrorTotals {
  y: string;
  yy: string;
  yyy: string;
  yyyy: string;
  absE: string;
  ee: string;
  eeee: string;
  eey: string;
  eeyy: string;
  /** |e| / |y| of the rows whose label is not 0, and its square; `zeros` counts the others. */
  relative: string;
  relativeSquares: string;
  zeros: string;
  /** 2 |e| / (|y| + |prediction|), 0 where both are 0, and its square. */
  symmetric: string;
  symmetricSquares: string;
}

/** Two to this power parts make one. */
export const UNIT_BITS = 60n;
const UNIT = 2 ** Number(UNIT_BITS);
/** What lies beyond is taken to lie there, so that a product still has a size that can be written down. */
const LARGEST = 1e100;

const NAMES = [
  'y',
  'yy',
  'yyy',
  'yyyy',
  'absE',
  'ee',
  'eeee',
  'eey',
  'eeyy',
  'relative',
  'relativeSquares',
  'zeros',
  'symmetric',
  'symmetricSquares',
] as const satisfies (keyof ErrorTotals)[];

export function noErrorTotals(): ErrorTotals {
  return Object.fromEntries(NAMES.map((name) => [name, '0'])) as unknown as ErrorTotals;
}

/** Adds (or takes away) one row, in place. */
export function addErrors(
  totals: ErrorTotals,
  prediction: ServedOutput,
  label: LabelValue,
  sign: 1 | -1,
): void {
  if (!('value' in prediction)) throw new TypeError('not a prediction of a regression');
  if (typeof label !== 'number' || !Number.isFinite(label)) throw new TypeError(`"${label}" is no number`);
  const row = rowTotals(label, prediction.value);
  for (const name of NAMES) totals[name] = String(BigInt(totals[name]) + BigInt(sign) * row[name]);
}

function rowTotals(given: number, value: number): Record<keyof ErrorTotals, bigint> {
  const [label, predicted] = [bounded(given), bounded(value)];
  const y = parts(label);
  const e = y - parts(predicted);
  const [yy, ee] = [y * y, e * e];
  const error = Math.abs(label - predicted);
  const relative = label === 0 ? 0n : parts(error / Math.abs(label));
  const size = Math.abs(label) + Math.abs(predicted);
  const symmetric = size === 0 ? 0n : parts((2 * error) / size);
  return {
    y,
    yy,
    yyy: yy * y,
    yyyy: yy * yy,
    absE: e < 0n ? -e : e,
    ee,
    eeee: ee * ee,
    eey: ee * y,
    eeyy: ee * yy,
    relative,
    relativeSquares: relative * relative,
    zeros: label === 0 ? 1n : 0n,
    symmetric,
    symmetricSquares: symmetric * symmetric,
  };
}

function parts(value: number): bigint {
  return BigInt(Math.round(bounded(value) * UNIT));
}

function bounded(value: number): number {
  return Math.max(-LARGEST, Math.min(LARGEST, value));
}

export function mergeErrorTotals(a: ErrorTotals, b: ErrorTotals): ErrorTotals {
  const merged = noErrorTotals();
  for (const name of NAMES) merged[name] = String(BigInt(a[name]) + BigInt(b[name]));
  return merged;
}
