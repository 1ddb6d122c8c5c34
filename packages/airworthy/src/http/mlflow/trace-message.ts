import { z } from 'zod';
import type { Context } from '../../store/ports.ts';
import {
  addDetails,
  getExperiment,
  type searchTraces,
  spacedJson,
  type TraceDetails,
  toMlflowTraceId,
  traceArtifactUri,
} from '../../tracking/index.ts';
import { assessmentMessage } from './assessment-message.ts';
import { timestampText } from './timestamp-text.ts';
import { toPairs } from './wire.ts';

/** Traces as the search finds them. */
export type FoundTraces = Awaited<ReturnType<typeof searchTraces>>['traces'];

const STATES = {
  ok: 'OK',
  error: 'ERROR',
  'in-progress': 'IN_PROGRESS',
  unspecified: 'STATE_UNSPECIFIED',
} as const;
const STATUSES = { ...STATES, unspecified: 'TRACE_STATUS_UNSPECIFIED' } as const;

const ARTIFACT_TAG = 'mlflow.artifactLocation';
export const SPANS_TAG = 'mlflow.trace.spansLocation';
export const TRACKING_STORE = 'TRACKING_STORE';
const USAGE_METADATA = 'mlflow.trace.tokenUsage';

/** Where the page before ended. */
export const Cursor = z.object({
  values: z.array(z.union([z.string(), z.number(), z.null()])),
  id: z.string(),
});

/** Microseconds from `2026-11-20T09:56:34.438Z`. */
export const timestamp = z.iso.datetime({ offset: true }).transform((text) => {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  const whole = Date.parse(text.replace(/\.\d+/, ''));
  return whole * 1_000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
});

/** Microseconds from `0.502s`. */
export const duration = z
  .string()
  .regex(/^\d{1,12}(\.\d{1,9})?s$/, 'a duration such as 0.502s')
  .transform((text) => Math.round(Number(text.slice(0, -1)) * 1e6));

function durationText(milliseconds: number): string {
  const seconds = milliseconds / 1_000;
  return Number.isInteger(seconds) ? `${seconds}s` : `${seconds.toFixed(3)}s`;
}

/** Traces as TraceInfoV3. */
export async function traceInfoMessages(context: Context, rows: FoundTraces): Promise<object[]> {
  const uriOf = artifactUris(context);
  return Promise.all((await addDetails(context, rows)).map((trace) => traceInfoMessage(trace, uriOf)));
}

/** A trace as TraceInfoV3. */
export async function oneTraceInfo(context: Context, trace: TraceDetails): Promise<object> {
  return traceInfoMessage(trace, artifactUris(context));
}

export async function traceInfoMessage(trace: TraceDetails, uriOf: UriOf): Promise<object> {
  const { startedMs, durationMs } = timesOf(trace);
  return {
    trace_id: toMlflowTraceId(trace.id),
    client_request_id: trace.clientRequestId,
    trace_location: {
      type: 'MLFLOW_EXPERIMENT',
      mlflow_experiment: { experiment_id: String(trace.experiment) },
    },
    request_preview: trace.requestPreview,
    response_preview: trace.responsePreview,
    request_time: timestampText(startedMs),
    execution_duration: durationMs === null ? undefined : durationText(durationMs),
    state: STATES[trace.state],
    trace_metadata: unlessEmpty(metadataOf(trace)),
    assessments: trace.assessments.map(assessmentMessage),
    tags: tagsOf(trace, await uriOf(trace)),
  };
}

/** Traces as TraceInfo, the second way. */
export async function oldTraceInfos(context: Context, rows: FoundTraces): Promise<object[]> {
  const uriOf = artifactUris(context);
  return Promise.all((await addDetails(context, rows)).map((trace) => oldTraceMessage(trace, uriOf)));
}

export async function oldTraceInfo(context: Context, trace: TraceDetails): Promise<object> {
  return oldTraceMessage(trace, artifactUris(context));
}

async function oldTraceMessage(trace: TraceDetails, uriOf: UriOf): Promise<object> {
  const { startedMs, durationMs } = timesOf(trace);
  return {
    request_id: toMlflowTraceId(trace.id),
    experiment_id: String(trace.experiment),
    timestamp_ms: startedMs,
    execution_time_ms: durationMs ?? 0,
    status: STATUSES[trace.state],
    request_metadata: toPairs(metadataOf(trace)),
    tags: toPairs(tagsOf(trace, await uriOf(trace))),
  };
}

function timesOf({ startedUs, endedUs }: TraceDetails): { startedMs: number; durationMs: number | null } {
  const startedMs = Math.floor(startedUs / 1_000);
  return { startedMs, durationMs: endedUs === null ? null : Math.floor(endedUs / 1_000) - startedMs };
}

/** What MLflow’s clients read from metadata is there even if a client of another kind said it with its spans. */
function metadataOf(trace: TraceDetails): Record<string, string> {
  const { inputTokens: input, outputTokens: output } = trace;
  const usage =
    input === null || output === null
      ? {}
      : {
          [USAGE_METADATA]: spacedJson({
            input_tokens: input,
            output_tokens: output,
            total_tokens: input + output,
          }),
        };
  return {
    ...usage,
    ...(trace.run === null ? {} : { 'mlflow.sourceRun': trace.run }),
    ...(trace.session === null ? {} : { 'mlflow.trace.session': trace.session }),
    ...(trace.subject === null ? {} : { 'mlflow.trace.user': trace.subject }),
    ...trace.metadata,
  };
}

function tagsOf(trace: TraceDetails, artifactUri: string): Record<string, string> {
  const spans = trace.spans > 0 ? { [SPANS_TAG]: TRACKING_STORE } : {};
  return { ...trace.tags, ...spans, [ARTIFACT_TAG]: artifactUri };
}

type UriOf = (trace: TraceDetails) => Promise<string>;

/** Where the files of a trace are; asks for each experiment once. */
export function artifactUris(context: Context): UriOf {
  const experiments = new Map<number, ReturnType<typeof getExperiment>>();
  return async ({ id, experiment: number }) => {
    const experiment = experiments.get(number) ?? getExperiment(context, { number });
    experiments.set(number, experiment);
    return traceArtifactUri(await experiment, toMlflowTraceId(id));
  };
}

function unlessEmpty(values: Record<string, string>): Record<string, string> | undefined {
  return Object.keys(values).length === 0 ? undefined : values;
}
