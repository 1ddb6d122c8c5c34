import { AirworthyError } from '../../kernel/errors.ts';
import type { PredictOptions } from '../endpoints/endpoints.ts';
import { parseParentSpan, parseTraceparent } from '../endpoints/trace-id.ts';

type Priority = NonNullable<PredictOptions['priority']>;

/** What may be asked for; shadows are ours alone. */
const PRIORITIES: readonly Priority[] = ['interactive', 'batch'];
/** Texts of a client that reach the record are no longer than this. */
const LONGEST_TEXT = 256;
const LONGEST_MS = 3_600_000;

/**
 * What a request says beside its records, by header over HTTP and by metadata over gRPC, where names are in lower case:
 * `traceparent`, `x-unit-id`, `x-airworthy-subject`, `x-airworthy-arm`, `x-airworthy-priority`, `x-request-timeout-ms`, and for predictions of
 * records `idempotency-key`.
 *
 * @throws BAD_ARGUMENT that names the header
 * @example
 * optionsFromHeaders((name) => request.headers[name]);
 */
export function optionsFromHeaders(header: (name: string) => unknown): PredictOptions {
  const text = (name: string) => {
    const value = header(name);
    if (typeof value !== 'string' || value === '') return undefined;
    if (value.length <= LONGEST_TEXT) return value;
    throw badHeader(name, `is longer than ${LONGEST_TEXT} characters`);
  };
  return {
    traceId: parseTraceparent(text('traceparent')),
    parentSpanId: parseParentSpan(text('traceparent')),
    unit: text('x-unit-id'),
    subject: text('x-airworthy-subject'),
    arm: text('x-airworthy-arm'),
    timeoutMs: readTimeout(text('x-request-timeout-ms')),
    priority: readPriority(text('x-airworthy-priority')),
    idempotencyKey: text('idempotency-key'),
  };
}

function readTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const timeoutMs = Number(text);
  if (timeoutMs > 0 && timeoutMs <= LONGEST_MS) return timeoutMs;
  throw badHeader(
    'x-request-timeout-ms',
    `must be milliseconds above 0, at most ${LONGEST_MS}, got "${text}"`,
  );
}

function readPriority(text: string | undefined): Priority | undefined {
  const priority = PRIORITIES.find((each) => each === text);
  if (priority !== undefined || text === undefined) return priority;
  throw badHeader('x-airworthy-priority', `must be ${PRIORITIES.join(' or ')}, got "${text}"`);
}

function badHeader(name: string, problem: string): AirworthyError {
  return new AirworthyError('BAD_ARGUMENT', { message: `${name} ${problem}`, at: name });
}

/**
 * The protocol's own parameter `timeout`, in microseconds, as a limit beside the header's: the shorter holds.
 *
 * @throws BAD_ARGUMENT
 */
export function withTimeout(options: PredictOptions, timeout: unknown): PredictOptions {
  // Clients send 0 for none.
  if (timeout === undefined || timeout === 0 || timeout === '0') return options;
  const microseconds = Number(timeout);
  if (!(microseconds > 0)) throw badHeader('timeout', 'must be microseconds above 0');
  return { ...options, timeoutMs: Math.min(microseconds / 1_000, options.timeoutMs ?? LONGEST_MS) };
}
