import type { Interval } from '../intervals.ts';

/** How far raters agree beyond chance: 1 perfectly, 0 as chance would. Null where it has no meaning; `reason` says why. */
export interface Agreement {
  value: number | null;
  low: number | null;
  high: number | null;
  /** Units (items) that it rests on. */
  n: number;
  method: string;
  reason?: string;
}

export const noAgreement = (n: number, reason: string): Agreement => ({
  value: null,
  low: null,
  high: null,
  n,
  method: 'none',
  reason,
});

/** An interval of no width, or without an end, claims what is not known: left out. */
export function withInterval(value: number, { low, high }: Interval, n: number, method: string): Agreement {
  const known = Number.isFinite(low) && Number.isFinite(high) && low < high;
  return { value, ...(known ? { low, high, method } : { low: null, high: null, method: 'none' }), n };
}
