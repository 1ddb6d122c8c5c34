import {
  addAssessment,
  type IncomingSpan,
  ingestSpans,
  putTraceInfo,
  type TraceInfo,
  timeFromNanoseconds,
} from '../../tracking/index.ts';
import type { ImportedExperiment } from './import-experiments.ts';
import { count } from './import-report.ts';
import { type Importer, isImported, markImported } from './importer.ts';
import type { SourceSpan, SourceTrace } from './source.ts';

const STATE: Record<string, TraceInfo['state']> = { OK: 'ok', ERROR: 'error', IN_PROGRESS: 'in-progress' };

export async function importTraces(importer: Importer, { there, number }: ImportedExperiment): Promise<void> {
  for await (const trace of importer.source.traces(there.id)) {
    if (await isImported(importer, 'traces', trace.id)) count(importer.report.present, 'traces');
    else await importTrace(importer, number, trace);
  }
}

async function importTrace(importer: Importer, experiment: number, trace: SourceTrace): Promise<void> {
  const { context, config, report } = importer;
  const spans = (await trace.spans()).map(toIncoming);
  const { written, rejected } = await ingestSpans(context, spans, { experiment, config: config.traces });
  count(report.imported, 'spans', written);
  count(report.leftOut, 'spans that cannot be kept', rejected.length);
  await putTraceInfo(context, toInfo(trace, experiment), config.traces);
  for (const assessment of trace.assessments) {
    await addAssessment(context, { ...assessment, trace: trace.id.replace(/^tr-/, '') }, config.traces);
    count(report.imported, 'assessments');
  }
  await markImported(importer, 'traces', trace.id);
}

function toInfo(trace: SourceTrace, experiment: number): TraceInfo {
  const { id, requestPreview, responsePreview, clientRequestId, tags, metadata } = trace;
  const state = STATE[trace.state];
  return {
    ...{ id, experiment, tags, metadata, startedUs: trace.requestTime * 1_000 },
    ...(state === undefined ? {} : { state }),
    ...(trace.durationMs === null ? {} : { durationUs: Math.round(trace.durationMs * 1_000) }),
    ...(requestPreview === null ? {} : { requestPreview }),
    ...(responsePreview === null ? {} : { responsePreview }),
    ...(clientRequestId === null ? {} : { clientRequestId }),
  };
}

function toIncoming(span: SourceSpan): IncomingSpan {
  return {
    traceId: span.traceId,
    spanId: span.id,
    parentId: span.parent ?? '',
    traceState: '',
    name: span.name,
    kind: 'internal',
    started: timeFromNanoseconds(span.startedNs),
    ended: timeFromNanoseconds(span.endedNs),
    // As MLflow's own exporter sends them: each value as JSON in a text.
    attributes: Object.fromEntries(
      Object.entries(span.attributes).map(([key, value]) => [key, JSON.stringify(value)]),
    ),
    events: span.events.map(({ name, timeNs, attributes }) => ({
      name,
      time: timeFromNanoseconds(timeNs),
      attributes: attributes as IncomingSpan['attributes'],
    })),
    links: [],
    status: span.status,
    statusMessage: span.statusMessage ?? '',
    dropped: 0,
    origin: { resource: {}, scope: { name: '', version: '', attributes: {} } },
  };
}
