import type { IncomingHttpHeaders } from 'node:http';
import { AirworthyError } from '../../kernel/errors.ts';
import {
  type PredictOptions,
  type Priority,
  parseParentSpan,
  parseTraceparent,
} from '../../serving/index.ts';

const PRIORITIES: ReadonlySet<string> = new Set(['interactive', 'batch', 'shadow'] satisfies Priority[]);
/** What a header may name: a person, an arm, a key. */
const LONGEST = 255;
/** A day; whoever waits longer has left. */
const LONGEST_WAIT_MS = 86_400_000;

/** What a prediction request's headers ask for; whoever answers HTTP reads the same ones. @throws BAD_ARGUMENT naming the header */
export function readRequestOptions(headers: IncomingHttpHeaders): PredictOptions {
  return {
    traceId: parseTraceparent(headers.traceparent as string | undefined),
    parentSpanId: parseParentSpan(headers.traceparent as string | undefined),
    unit: shortText(headers, 'x-unit-id'),
    arm: shortText(headers, 'x-airworthy-arm'),
    timeoutMs: milliseconds(headers, 'x-request-timeout-ms'),
    priority: priority(headers),
    idempotencyKey: shortText(headers, 'idempotency-key'),
  };
}

function shortText(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value !== '' && value.length <= LONGEST) return value;
  throw badHeader(name, `must be a text of 1 to ${LONGEST} characters`);
}

function milliseconds(headers: IncomingHttpHeaders, name: string): number | undefined {
  const value = headers[name];
  if (value === undefined) return undefined;
  const number = Number(value);
  if (number > 0 && number <= LONGEST_WAIT_MS) return number;
  throw badHeader(name, `must be a number of milliseconds above 0, at most ${LONGEST_WAIT_MS}`);
}

function priority(headers: IncomingHttpHeaders): Priority | undefined {
  const value = headers['x-airworthy-priority'];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && PRIORITIES.has(value)) return value as Priority;
  throw badHeader('x-airworthy-priority', `must be one of ${[...PRIORITIES].join(', ')}`);
}

function badHeader(name: string, problem: string): AirworthyError {
  return new AirworthyError('BAD_ARGUMENT', { message: `header ${name} ${problem}`, at: name });
}
