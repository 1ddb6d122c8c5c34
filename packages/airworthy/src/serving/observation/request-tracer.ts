import type { Context } from '../../store/ports.ts';
import { type IncomingSpan, ingestSpans, type TracesConfig } from '../../tracking/index.ts';
import type { RequestCounter, RequestFigures } from '../statistics/request-figures.ts';
import { toOtlpJson } from './otlp-json.ts';
import { isSampled, requestSpans } from './request-span.ts';
import type { RequestTracesConfig } from './schema.ts';

const FLUSH_MS = 2_000;
const BATCH = 500;
/** Most spans that wait; beyond it the newest requests are dropped and counted. */
const QUEUE = 20_000;
const SEND_MS = 10_000;

export interface RequestTracer extends RequestCounter {
  /** Resolves when everything counted so far is delivered, or a delivery has failed. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Makes spans of a share of the requests and delivers them in batches, never on a request's path. What cannot be
 * delivered waits, within bounds; what is dropped is said in the log.
 *
 * @param traces where spans of the project's own traces go and how they are kept
 */
export function createRequestTracer(
  context: Context,
  { sample, exporter }: RequestTracesConfig,
  traces?: TracesConfig,
): RequestTracer {
  const waiting: RequestFigures[] = [];
  let spansWaiting = 0;
  let dropped = 0;
  let delivering: Promise<void> | undefined;
  const deliver = (spans: IncomingSpan[]) =>
    exporter === undefined
      ? ingestSpans(context, spans, traces ? { config: traces } : {})
      : sendSpans(exporter, toOtlpJson(context.project, spans));

  async function deliverAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH);
      try {
        await deliver(batch.flatMap(requestSpans));
      } catch (error) {
        context.log.warn({ error: String(error), waiting: waiting.length }, 'spans could not be delivered');
        return;
      }
      waiting.splice(0, batch.length);
      for (const figures of batch) spansWaiting -= countSpans(figures);
    }
    if (dropped > 0) context.log.warn({ dropped }, 'requests have no spans: too many waited');
    dropped = 0;
  }

  function flush(): Promise<void> {
    delivering ??= deliverAll().finally(() => {
      delivering = undefined;
    });
    return delivering;
  }

  const timer = setInterval(() => void flush(), FLUSH_MS);
  timer.unref();
  return {
    count(figures) {
      if (!isSampled(figures.traceId, sample)) return;
      const spans = countSpans(figures);
      if (spansWaiting + spans > QUEUE) {
        dropped++;
        return;
      }
      waiting.push(figures);
      spansWaiting += spans;
    },
    flush,
    async close() {
      clearInterval(timer);
      await flush();
      await flush();
    },
  };
}

function countSpans({ stages }: RequestFigures): number {
  return stages.reduce((spans, times) => spans + times.length, 1);
}

async function sendSpans(exporter: string, body: string): Promise<void> {
  const answer = await fetch(exporter, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    signal: AbortSignal.timeout(SEND_MS),
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`${exporter} answered ${answer.status}`);
}
