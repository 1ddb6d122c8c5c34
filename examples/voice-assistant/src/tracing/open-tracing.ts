import type { Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-node';
import { createTraceRing, type TraceRing } from './trace-ring.ts';

export interface TracingOptions {
  /** An Airworthy server, which keeps the traces; null: only the last ones are kept, in memory. */
  serverUrl: string | null;
  token?: string | undefined;
  /** Told once when the server does not take traces, and once when it takes them again. */
  onTrouble?(message: string): void;
}

export interface Tracing {
  tracer: Tracer;
  ring: TraceRing;
  /** Sends what waits to be sent. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const EXPORT_TIMEOUT_MS = 5_000;

/** Traces of turns, made with OpenTelemetry's SDK and sent to the server's `/v1/traces`. */
export function openTracing({ serverUrl, token, onTrouble }: TracingOptions): Tracing {
  const ring = createTraceRing();
  const processors = serverUrl === null ? [] : [sendTo(serverUrl, token, onTrouble)];
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'voice-assistant' }),
    spanProcessors: [ring, ...processors],
  });
  return {
    tracer: provider.getTracer('voice-assistant'),
    ring,
    flush: () => provider.forceFlush(),
    close: () => provider.shutdown(),
  };
}

function sendTo(
  serverUrl: string,
  token: string | undefined,
  onTrouble: TracingOptions['onTrouble'],
): BatchSpanProcessor {
  const exporter = new OTLPTraceExporter({
    url: `${serverUrl.replace(/\/$/, '')}/v1/traces`,
    timeoutMillis: EXPORT_TIMEOUT_MS,
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
  });
  return new BatchSpanProcessor(sayTrouble(exporter, serverUrl, onTrouble), {
    scheduledDelayMillis: 500,
    exportTimeoutMillis: EXPORT_TIMEOUT_MS,
    maxQueueSize: 2_048,
  });
}

/** OpenTelemetry drops what it cannot send without a word; a person should know. */
function sayTrouble(
  exporter: SpanExporter,
  serverUrl: string,
  onTrouble: TracingOptions['onTrouble'],
): SpanExporter {
  let inTrouble = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const failed = result.error !== undefined;
        if (failed && !inTrouble)
          onTrouble?.(`${serverUrl} does not take traces: ${result.error?.message}; spans are lost`);
        if (!failed && inTrouble) onTrouble?.(`${serverUrl} takes traces again`);
        inTrouble = failed;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}
