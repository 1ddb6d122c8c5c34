import { AirworthyError } from '../../kernel/errors.ts';
import {
  type AttributeMap,
  type AttributeValue,
  type IncomingSpan,
  SPAN_STATUSES,
  type SpanEvent,
  type SpanTime,
} from './incoming-span.ts';
import { timeFromNanoseconds } from './span-time.ts';

type Json = Record<string, unknown>;
const TIMES: ReadonlySet<string> = new Set([
  'start_time_unix_nano',
  'end_time_unix_nano',
  'time_unix_nano',
  'start_time',
  'end_time',
  'timestamp',
]);

/**
 * The spans of a file `traces.json`, which MLflow’s clients upload where they cannot send OTLP; of its three forms:
 * ids in base64, ids in hex, and the older one with a `context`. All belong to the trace whose file it is.
 *
 * @throws TRACES_MALFORMED where it is none of them
 */
export function readTraceFile(trace: string, text: string): IncomingSpan[] {
  const { spans } = parse(text);
  if (!Array.isArray(spans)) throw malformed('it has no list "spans"');
  const origin = {
    resource: Object.create(null) as AttributeMap,
    scope: { name: 'traces.json', version: '', attributes: Object.create(null) as AttributeMap },
  };
  return spans.map((span, index) => {
    if (typeof span !== 'object' || span === null) throw malformed(`spans[${index}] is not an object`);
    return readSpan(trace, span as Json, origin);
  });
}

/** Times in nanoseconds have more digits than a double: they are kept as bigints. */
function parse(text: string): Json {
  try {
    const parsed: unknown = JSON.parse(text, (key: string, value: unknown, context?: { source?: string }) =>
      typeof value === 'number' &&
      value > Number.MAX_SAFE_INTEGER &&
      TIMES.has(key) &&
      /^\d+$/.test(context?.source ?? '')
        ? BigInt(context?.source ?? 0)
        : value,
    );
    if (typeof parsed === 'object' && parsed !== null) return parsed as Json;
  } catch (cause) {
    throw malformed('it is not JSON', cause);
  }
  throw malformed('it is not an object');
}

function malformed(message: string, cause?: unknown): AirworthyError {
  return new AirworthyError('TRACES_MALFORMED', { message: `traces.json: ${message}`, cause });
}

function readSpan(trace: string, span: Json, origin: IncomingSpan['origin']): IncomingSpan {
  const context = objectOf(span.context);
  const status = objectOf(span.status);
  return {
    traceId: trace,
    spanId: idOf(span.span_id ?? context.span_id),
    parentId: idOf(span.parent_span_id ?? span.parent_id),
    traceState: '',
    name: textOf(span.name),
    kind: 'internal',
    started: timeOf(span.start_time_unix_nano ?? span.start_time),
    ended: timeOf(span.end_time_unix_nano ?? span.end_time ?? span.start_time_unix_nano ?? span.start_time),
    attributes: attributesOf(span.attributes),
    events: (Array.isArray(span.events) ? span.events : []).map(readEvent),
    links: [],
    status: statusOf(status.code ?? span.status_code),
    statusMessage: textOf(status.message ?? span.status_message),
    dropped: 0,
    origin,
  };
}

function readEvent(event: unknown): SpanEvent {
  const { name, time_unix_nano, timestamp, attributes } = objectOf(event);
  return {
    name: textOf(name),
    time: timeOf(time_unix_nano ?? timestamp),
    attributes: attributesOf(attributes),
  };
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** 16 hex characters, or eight bytes in base64. */
function idOf(value: unknown): string {
  const text = textOf(value).replace(/^0x/, '');
  if (/^[0-9a-f]{16}$/i.test(text)) return text.toLowerCase();
  return Buffer.from(text, 'base64').toString('hex');
}

function timeOf(value: unknown): SpanTime {
  if (typeof value === 'bigint') return timeFromNanoseconds(value);
  if (Number.isSafeInteger(value) && Number(value) >= 0) return timeFromNanoseconds(BigInt(Number(value)));
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) return timeFromNanoseconds(BigInt(value));
  return { us: 0, ns: 0 };
}

function statusOf(value: unknown): IncomingSpan['status'] {
  const name = textOf(value).replace('STATUS_CODE_', '').toLowerCase();
  return SPAN_STATUSES.find((status) => status === name) ?? 'unset';
}

function attributesOf(value: unknown): AttributeMap {
  return Object.assign(
    Object.create(null) as AttributeMap,
    objectOf(value) as Record<string, AttributeValue>,
  );
}
