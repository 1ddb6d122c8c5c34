import { sha256 } from '../../kernel/ids.ts';
import type { IncomingSpan, SpanTime } from '../../tracking/index.ts';
import { requestSpanId } from '../endpoints/trace-id.ts';
import type { StageTime } from '../runtimes/processes/stage-recorder.ts';
import type { RequestFigures } from '../statistics/request-figures.ts';

/** 2^56: how many values the random part of a trace id has (W3C Trace Context 2, 2.2.4). */
const RANDOM_VALUES = 2 ** 56;

const ORIGIN = {
  resource: {},
  scope: { name: 'airworthy.serving', version: '', attributes: {} },
};

/** Is this trace one of the share that is kept? Decided by the trace id alone, so that its parts agree wherever they are. */
export function isSampled(traceId: string, share: number): boolean {
  if (share >= 1) return true;
  // The last 56 bits are random in ids of ours and of others; a double keeps the first 53 of them.
  return Number.parseInt(traceId.slice(18), 16) < share * RANDOM_VALUES;
}

/** A request as spans: itself, and the stages that its release says it went through. */
export function requestSpans(figures: RequestFigures): IncomingSpan[] {
  const stages = figures.stages.flatMap((times, record) =>
    times.map((time, place) => stageSpan(figures, record, place, time)),
  );
  return [requestSpan(figures), ...stages];
}

/** The request itself: the root of its prediction's trace, or a child of the caller's span. The same request is the same span. */
function requestSpan(figures: RequestFigures): IncomingSpan {
  const { traceId, parentSpanId, endpoint, model, version, arm, outcome, code, at } = figures;
  const { records, batch, queueUs, inputUs, inferUs, totalUs } = figures;
  const ended = toTime(at * 1_000);
  return {
    traceId,
    spanId: requestSpanId(traceId),
    parentId: parentSpanId ?? '',
    traceState: '',
    name: `predict ${endpoint}`,
    kind: 'server',
    started: toTime(at * 1_000 - totalUs),
    ended,
    attributes: {
      'airworthy.endpoint': endpoint,
      'airworthy.model': model,
      'airworthy.version': version,
      'airworthy.arm': arm,
      'airworthy.outcome': outcome,
      'airworthy.records': records,
      'airworthy.batch': batch,
      'airworthy.queue_us': Math.round(queueUs),
      'airworthy.input_us': Math.round(inputUs),
      'airworthy.infer_us': Math.round(inferUs),
      ...(code === null ? {} : { 'error.type': code }),
    },
    events: [],
    links: [],
    status: outcome === 'answered' ? 'ok' : 'error',
    statusMessage: code ?? '',
    dropped: 0,
    origin: ORIGIN,
  };
}

function stageSpan(
  { traceId, records }: RequestFigures,
  record: number,
  place: number,
  { name, startedUs, endedUs, parent, attributes, error }: StageTime,
): IncomingSpan {
  return {
    traceId,
    spanId: stageSpanId(traceId, record, place),
    parentId: parent === null ? requestSpanId(traceId) : stageSpanId(traceId, record, parent),
    traceState: '',
    name,
    kind: 'internal',
    started: toTime(startedUs),
    ended: toTime(Math.max(startedUs, endedUs)),
    attributes: records > 1 ? { ...attributes, 'airworthy.record': record } : attributes,
    events: [],
    links: [],
    status: error === undefined ? 'ok' : 'error',
    statusMessage: error ?? '',
    dropped: 0,
    origin: ORIGIN,
  };
}

function stageSpanId(traceId: string, record: number, place: number): string {
  return sha256(`stage ${traceId} ${record} ${place}`).slice(0, 16);
}

function toTime(microseconds: number): SpanTime {
  const us = Math.floor(microseconds);
  return { us, ns: Math.round((microseconds - us) * 1_000) % 1_000 };
}
