import type { Context } from '../../store/ports.ts';
import type { TracesConfig } from '../../tracking/index.ts';
import type { ServingConfig } from '../schema.ts';
import type { RequestCounter } from '../statistics/request-figures.ts';
import { createRequestLog } from './request-log.ts';
import { createRequestTracer } from './request-tracer.ts';

export interface RequestObservation extends RequestCounter {
  /** Delivers what still waits. */
  close(): Promise<void>;
}

/**
 * Everything that is told of each request: the statistics, and the log and the spans that the config asks for.
 *
 * @example
 * const counter = observeRequests(context, statistics, project.config.serving, project.config.tracking.traces);
 */
export function observeRequests(
  context: Context,
  statistics: RequestCounter,
  { log, traces }: Pick<ServingConfig, 'log' | 'traces'>,
  store?: TracesConfig,
): RequestObservation {
  const lines = createRequestLog(context.log, log);
  const tracer = traces.sample > 0 ? createRequestTracer(context, traces, store) : undefined;
  return {
    count(figures) {
      statistics.count(figures);
      lines?.count(figures);
      tracer?.count(figures);
    },
    close: async () => tracer?.close(),
  };
}
