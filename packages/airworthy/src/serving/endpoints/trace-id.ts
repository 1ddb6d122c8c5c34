import { randomUUID } from 'node:crypto';
import { sha256 } from '../../kernel/ids.ts';

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;
const ALL_ZERO = /^0+$/;

/**
 * The trace id of a W3C `traceparent` header, or undefined where the header is absent or not valid
 * (https://www.w3.org/TR/trace-context: version ff and all-zero ids are invalid; later versions may add parts).
 *
 * @example
 * parseTraceparent('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'); // '4bf92f35…4736'
 */
export function parseTraceparent(header: string | undefined): string | undefined {
  const [, version, traceId, spanId, more] = TRACEPARENT.exec(header ?? '') ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  return ALL_ZERO.test(traceId) || ALL_ZERO.test(spanId) ? undefined : traceId;
}

/** The span id of a valid `traceparent` header: the caller's span. */
export function parseParentSpan(header: string | undefined): string | undefined {
  return parseTraceparent(header) === undefined ? undefined : header?.slice(36, 52);
}

/** The span of a request in its trace: the same request is the same span. */
export function requestSpanId(traceId: string): string {
  return sha256(`predict ${traceId}`).slice(0, 16);
}

/** The `traceparent` of what a request asks of others. */
export function traceparentOf(traceId: string): string {
  return `00-${traceId}-${requestSpanId(traceId)}-01`;
}

/**
 * One id a record: the caller's trace id names the first and the others follow from it, so that a request
 * sent again names the same predictions. Ids that we make begin with the time in milliseconds (as a UUID of version 7
 * does), so that rows written together lie together on disk; their last 20 characters are random.
 */
export function predictionIds(count: number, traceId: string | undefined, now: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    if (traceId === undefined) return now.toString(16).padStart(12, '0').slice(-12) + randomTail();
    return index === 0 ? traceId : traceId.slice(0, 12) + sha256(`${traceId}/${index}`).slice(0, 20);
  });
}

/** Node draws UUIDs from a pool: a tenth of the cost of asking the system for bytes, which is felt a request. */
function randomTail(): string {
  const uuid = randomUUID();
  return uuid.slice(0, 8) + uuid.slice(24);
}
