import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-node';

const MOST_TRACES = 100;
const MOST_SPANS = 64;

/** The traces of the last turns, in memory: the page and the command line show them where no server keeps them. */
export interface TraceRing extends SpanProcessor {
  /** Spans that have ended, in the order in which they began; empty where the trace is not, or no longer, known. */
  trace(traceId: string): readonly ReadableSpan[];
}

export function createTraceRing(): TraceRing {
  const traces = new Map<string, ReadableSpan[]>();
  return {
    onStart() {},
    onEnd(span) {
      const { traceId } = span.spanContext();
      const spans = traces.get(traceId) ?? [];
      if (spans.length < MOST_SPANS) spans.push(span);
      traces.set(traceId, spans);
      for (const oldest of traces.keys()) {
        if (traces.size <= MOST_TRACES) break;
        traces.delete(oldest);
      }
    },
    trace: (traceId) =>
      [...(traces.get(traceId) ?? [])].sort((one, other) => inMs(one.startTime) - inMs(other.startTime)),
    async forceFlush() {},
    async shutdown() {
      traces.clear();
    },
  };
}

/** OpenTelemetry's seconds and nanoseconds as ms since the epoch. */
export function inMs([seconds, nanoseconds]: ReadableSpan['startTime']): number {
  return seconds * 1_000 + nanoseconds / 1e6;
}
