import type { Metadata } from '@grpc/grpc-js';
import { optionsFromHeaders, type PredictOptions } from '../serving/index.ts';

/** What a call has beside its message, whichever kind of call it is. */
export interface AnyCall {
  metadata: Metadata;
  getDeadline(): Date | number;
  on(event: 'cancelled', listener: () => void): unknown;
}

/** Metadata and deadline as a request's options; its signal is aborted when the client leaves or its deadline passes. */
export function optionsOf(call: AnyCall): PredictOptions {
  const gone = new AbortController();
  call.on('cancelled', () => gone.abort());
  const options = optionsFromHeaders((name) => call.metadata.get(name)[0]);
  return { ...options, ...timeLeft(call, options.timeoutMs), signal: gone.signal };
}

/** The deadline is a time of this machine's clock; infinity is none. */
export function timeLeft(
  call: Pick<AnyCall, 'getDeadline'>,
  timeoutMs = Number.POSITIVE_INFINITY,
): Pick<PredictOptions, 'timeoutMs'> {
  const left = Math.min(timeoutMs, Math.max(0, Number(call.getDeadline()) - Date.now()));
  return Number.isFinite(left) ? { timeoutMs: left } : {};
}
