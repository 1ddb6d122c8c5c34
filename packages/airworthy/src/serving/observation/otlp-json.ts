import type { AttributeMap, AttributeValue, IncomingSpan, SpanTime } from '../../tracking/index.ts';

const KINDS = { unspecified: 0, internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;
const STATUSES = { unset: 0, ok: 1, error: 2 } as const;

/** Spans of one service as an ExportTraceServiceRequest in OTLP's JSON encoding. */
export function toOtlpJson(service: string, spans: readonly IncomingSpan[]): string {
  const scope = { name: spans[0]?.origin.scope.name ?? '' };
  const resource = { attributes: attributes({ 'service.name': service }) };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope, spans: spans.map(toSpan) }] }] });
}

function toSpan(span: IncomingSpan): object {
  const { traceId, spanId, parentId, name, kind, status, statusMessage } = span;
  return {
    traceId,
    spanId,
    ...(parentId === '' ? {} : { parentSpanId: parentId }),
    name,
    kind: KINDS[kind],
    startTimeUnixNano: nanoseconds(span.started),
    endTimeUnixNano: nanoseconds(span.ended),
    attributes: attributes(span.attributes),
    status: { code: STATUSES[status], ...(statusMessage === '' ? {} : { message: statusMessage }) },
  };
}

function nanoseconds({ us, ns }: SpanTime): string {
  return String(BigInt(us) * 1_000n + BigInt(ns));
}

function attributes(map: AttributeMap): object[] {
  return Object.entries(map).map(([key, value]) => ({ key, value: toValue(value) }));
}

/** Of the kinds that our spans have. */
function toValue(value: AttributeValue): object {
  if (typeof value === 'number' && !Number.isInteger(value)) return { doubleValue: value };
  if (typeof value === 'number') return { intValue: String(value) };
  return typeof value === 'boolean' ? { boolValue: value } : { stringValue: String(value) };
}
