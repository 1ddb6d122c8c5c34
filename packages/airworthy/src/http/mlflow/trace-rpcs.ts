import { z } from 'zod';
import type { Context } from '../../store/ports.ts';
import {
  addAssessment,
  addDetails,
  deleteTraces,
  deleteTraceTag,
  fromMlflowTraceId,
  getExperiment,
  linkTraces,
  parseFilter,
  parseOrderBy,
  putTraceInfo,
  readTrace,
  readWholeTrace,
  searchTraces,
  setTraceTag,
  TRACE_GRAMMAR,
  type TraceDetails,
} from '../../tracking/index.ts';
import { AssessmentFields } from './assessment-message.ts';
import { toNewAssessment } from './assessment-rpcs.ts';
import { experimentNumber, maxResults } from './limits.ts';
import { MlflowError } from './mlflow-error.ts';
import { OLD_TRACE_RPCS } from './old-trace-rpcs.ts';
import { spanMessage, spanRecord } from './otlp-message.ts';
import { readPageToken, writePageToken } from './page-token.ts';
import { type MlflowRpc, missingParameter, rpc } from './rpc.ts';
import {
  artifactUris,
  Cursor,
  duration,
  oneTraceInfo,
  SPANS_TAG,
  TRACKING_STORE,
  timestamp,
  traceInfoMessage,
  traceInfoMessages,
} from './trace-message.ts';
import { bool, enumOf, id, int64, list, message, requiredText, stringMap, text, Verbatim } from './wire.ts';

const STATES = { STATE_UNSPECIFIED: 0, OK: 1, ERROR: 2, IN_PROGRESS: 3 } as const;
const OUR_STATES = {
  STATE_UNSPECIFIED: 'unspecified',
  OK: 'ok',
  ERROR: 'error',
  IN_PROGRESS: 'in-progress',
} as const;

const Location = message({
  mlflow_experiment: message({ experiment_id: id }).optional(),
});

const TraceInfoFields = message({
  trace_id: requiredText,
  client_request_id: text.optional(),
  trace_location: Location.optional(),
  request: text.optional(),
  response: text.optional(),
  request_preview: text.optional(),
  response_preview: text.optional(),
  request_time: timestamp.optional(),
  execution_duration: duration.optional(),
  state: enumOf(STATES).optional(),
  trace_metadata: stringMap.default({}),
  assessments: list(AssessmentFields),
  tags: stringMap.default({}),
});

const BY_TRACE = { trace_id: requiredText };
/** Traces that a client may take whole in one call. */
const MOST_WHOLE = 1_000;

const start = rpc({
  method: 'POST',
  version: '3.0',
  path: 'traces',
  request: z.object({ trace: message({ trace_info: TraceInfoFields }) }),
  async run(dependencies, { trace: { trace_info: info } }) {
    const { context, project } = dependencies;
    const location = info.trace_location?.mlflow_experiment;
    if (location === undefined)
      throw new MlflowError('BAD_REQUEST', 'trace_location must name an MLflow experiment');
    const { number } = await getExperiment(context, { number: experimentNumber(location.experiment_id) });
    const config = project.config.tracking.traces;
    await putTraceInfo(
      context,
      {
        id: info.trace_id,
        experiment: number,
        tags: { ...info.tags, [SPANS_TAG]: TRACKING_STORE },
        metadata: info.trace_metadata,
        ...(info.state === undefined ? {} : { state: OUR_STATES[info.state] }),
        ...(info.request_time === undefined ? {} : { startedUs: info.request_time }),
        ...(info.execution_duration === undefined ? {} : { durationUs: info.execution_duration }),
        ...leaveOutUnset({
          requestPreview: info.request_preview ?? info.request,
          responsePreview: info.response_preview ?? info.response,
          clientRequestId: info.client_request_id,
        }),
      },
      config,
    );
    const id = fromMlflowTraceId(info.trace_id);
    for (const fields of info.assessments)
      await addAssessment(context, toNewAssessment(id, fields, context.clock.now()), config);
    return { trace: { trace_info: await oneTraceInfo(context, await readTrace(context, id)) } };
  },
});

function leaveOutUnset(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

const info = rpc({
  method: 'GET',
  version: '3.0',
  path: 'traces/:trace_id',
  request: z.object(BY_TRACE),
  run: async ({ context }, { trace_id }) => ({
    trace: { trace_info: await oneTraceInfo(context, await readTrace(context, fromMlflowTraceId(trace_id))) },
  }),
});

const whole = rpc({
  method: 'GET',
  version: '3.0',
  path: 'traces/get',
  request: z.object({ ...BY_TRACE, allow_partial: bool.default(false) }),
  run: async ({ context }, { trace_id }) => ({
    trace: await wholeMessage(context, await readTrace(context, fromMlflowTraceId(trace_id))),
  }),
});

const batch = rpc({
  method: 'GET',
  version: '3.0',
  path: 'traces/batchGet',
  request: z.object({ trace_ids: list(requiredText) }),
  async run({ context }, { trace_ids }) {
    if (trace_ids.length === 0) throw missingParameter('trace_ids');
    const ids = [...new Set(trace_ids.map(fromMlflowTraceId))].slice(0, MOST_WHOLE);
    const { traces } = await searchTraces(context, {
      clauses: [{ entity: 'attribute', key: 'request_id', operator: 'IN', value: ids }],
      limit: ids.length,
    });
    const order = new Map(ids.map((id, index) => [id, index]));
    const found = traces.sort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
    const details = await addDetails(context, found);
    const messages: object[] = [];
    const uriOf = artifactUris(context);
    for (const trace of details) messages.push(await wholeMessage(context, trace, uriOf));
    return { traces: messages };
  },
});

async function wholeMessage(
  context: Context,
  trace: TraceDetails,
  uriOf = artifactUris(context),
): Promise<object> {
  const spans = await readWholeTrace(context, trace.id);
  return {
    trace_info: await traceInfoMessage(trace, uriOf),
    spans: spans.map((span) => spanMessage(trace.id, span)),
  };
}

const search = rpc({
  method: 'POST',
  version: '3.0',
  path: 'traces/search',
  request: z.object({
    locations: list(Location),
    filter: text.default(''),
    max_results: maxResults(500, 100),
    order_by: list(text),
    page_token: text.optional(),
  }),
  async run({ context }, { locations, filter, max_results, order_by, page_token }) {
    if (locations.length === 0) throw missingParameter('locations');
    const experiments = locations.flatMap(
      ({ mlflow_experiment: experiment }) => experiment?.experiment_id ?? [],
    );
    const after = readPageToken(page_token, Cursor);
    const { traces, next } = await searchTraces(context, {
      experiments: experiments.map(experimentNumber),
      clauses: parseFilter(filter, TRACE_GRAMMAR),
      order: parseOrderBy(order_by, TRACE_GRAMMAR),
      limit: max_results,
      ...(after === undefined ? {} : { after }),
    });
    return { traces: await traceInfoMessages(context, traces), next_page_token: writePageToken(next) };
  },
});

const setTag = rpc({
  method: 'PATCH',
  version: '3.0',
  path: 'traces/:trace_id/tags',
  request: z.object({ ...BY_TRACE, key: requiredText, value: text.default('') }),
  async run({ context, project }, { trace_id, key, value }) {
    await setTraceTag(context, fromMlflowTraceId(trace_id), { key, value }, project.config.tracking.traces);
    return {};
  },
});

const deleteTag = rpc({
  method: 'DELETE',
  version: '3.0',
  path: 'traces/:trace_id/tags',
  request: z.object({ ...BY_TRACE, key: requiredText }),
  async run({ context }, { trace_id, key }) {
    await deleteTraceTag(context, fromMlflowTraceId(trace_id), key);
    return {};
  },
});

const deletions = (['2.0', '3.0'] as const).map((version) =>
  rpc({
    method: 'POST',
    version,
    path: 'traces/delete-traces',
    request: z.object({
      experiment_id: id,
      max_timestamp_millis: int64.optional(),
      max_traces: int64.optional(),
      request_ids: list(text),
    }),
    async run({ context }, { experiment_id, max_timestamp_millis: until, max_traces: most, request_ids }) {
      const byIds = request_ids.length > 0;
      if (byIds === (until !== undefined))
        throw invalidChoice('Either `max_timestamp_millis` or `trace_ids` must be specified, and not both.');
      if (byIds && most !== undefined)
        throw invalidChoice('`max_traces` can’t be specified if `trace_ids` is specified.');
      if (most !== undefined && most <= 0)
        throw invalidChoice(`\`max_traces\` must be a positive integer, received ${most}.`);
      const deleted = await deleteTraces(context, {
        experiment: experimentNumber(experiment_id),
        ...(byIds ? { ids: request_ids.map(fromMlflowTraceId) } : {}),
        ...(until === undefined ? {} : { until }),
        ...(most === undefined ? {} : { most }),
      });
      return { traces_deleted: deleted };
    },
  }),
);

function invalidChoice(text: string): MlflowError {
  return new MlflowError('INVALID_PARAMETER_VALUE', text);
}

/** Traces linked in one call, as MLflow has it. */
const MOST_LINKED = 100;

const link = rpc({
  method: 'POST',
  version: '2.0',
  path: 'traces/link-to-run',
  request: z.object({ trace_ids: list(requiredText), run_id: requiredText }),
  async run({ context }, { trace_ids, run_id }) {
    if (trace_ids.length > MOST_LINKED)
      throw invalidChoice(
        `Cannot link more than ${MOST_LINKED} traces to a run in a single request. Provided ${trace_ids.length} traces.`,
      );
    await linkTraces(context, run_id, trace_ids);
    return {};
  },
});

/** The spans as MLflow's own pages take them. */
const artifact = rpc({
  method: 'GET',
  version: '2.0',
  path: 'get-trace-artifact',
  request: z.object({ request_id: requiredText }),
  async run({ context }, { request_id }) {
    const { id: trace } = await readTrace(context, fromMlflowTraceId(request_id));
    const spans = await readWholeTrace(context, trace);
    return { spans: new Verbatim(spans.map((span) => spanRecord(trace, span))) };
  },
});

/** Traces, the third way; the second way's leftovers that clients still call are beside. */
export const TRACE_RPCS: readonly MlflowRpc[] = [
  start,
  whole,
  batch,
  search,
  info,
  setTag,
  deleteTag,
  ...deletions,
  link,
  artifact,
  ...OLD_TRACE_RPCS,
];
