import type { SpanTime } from './incoming-span.ts';

/** Nanoseconds since the epoch as a moment. */
export function timeFromNanoseconds(nanoseconds: bigint): SpanTime {
  return { us: Number(nanoseconds / 1_000n), ns: Number(nanoseconds % 1_000n) };
}

/** A moment as nanoseconds since the epoch, without loss. */
export function toNanoseconds({ us, ns }: SpanTime): bigint {
  return BigInt(us) * 1_000n + BigInt(ns);
}
