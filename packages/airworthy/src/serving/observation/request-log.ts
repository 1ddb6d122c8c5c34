import type { Logger } from '../../kernel/logger.ts';
import type { RequestCounter } from '../statistics/request-figures.ts';
import type { RequestLogConfig } from './schema.ts';

/** Requests that the server, not the caller, is to blame for. */
const OURS: ReadonlySet<string> = new Set(['failed', 'late', 'shed']);

/**
 * Writes a line a request, whatever level the rest of the log has; undefined where none is wanted. What failed here is a
 * warning.
 */
export function createRequestLog(log: Logger, { requests }: RequestLogConfig): RequestCounter | undefined {
  if (requests === 'none') return undefined;
  const lines = log.child({}, { level: 'info' });
  return {
    count(figures) {
      const { traceId, outcome, endpoint, arm, model, version, code, records, batch } = figures;
      if (outcome === 'answered' && requests === 'failures') return;
      const line = {
        ...{ prediction: traceId, endpoint, arm, model, version, outcome, code, records, batch },
        ms: Math.round(figures.totalUs) / 1_000,
        queueMs: Math.round(figures.queueUs) / 1_000,
      };
      lines[OURS.has(outcome) ? 'warn' : 'info'](line, 'prediction request');
    },
  };
}
