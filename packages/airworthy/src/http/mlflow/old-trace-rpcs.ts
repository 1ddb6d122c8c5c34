import { z } from 'zod';
import { newId } from '../../kernel/ids.ts';
import {
  deleteTraceTag,
  fromMlflowTraceId,
  getExperiment,
  parseFilter,
  parseOrderBy,
  putTraceInfo,
  readTrace,
  searchTraces,
  setTraceTag,
  TRACE_GRAMMAR,
} from '../../tracking/index.ts';
import { experimentNumber, maxResults } from './limits.ts';
import { readPageToken, writePageToken } from './page-token.ts';
import { type MlflowRpc, missingParameter, rpc } from './rpc.ts';
import { Cursor, oldTraceInfo, oldTraceInfos } from './trace-message.ts';
import { enumOf, id, int64, keyValues, list, requiredText, text, toRecord } from './wire.ts';

const Status = enumOf({ TRACE_STATUS_UNSPECIFIED: 0, OK: 1, ERROR: 2, IN_PROGRESS: 3 });
const OUR_STATES = {
  TRACE_STATUS_UNSPECIFIED: 'unspecified',
  OK: 'ok',
  ERROR: 'error',
  IN_PROGRESS: 'in-progress',
} as const;

const BY_REQUEST = { request_id: requiredText };

const start = rpc({
  method: 'POST',
  version: '2.0',
  path: 'traces',
  request: z.object({ experiment_id: id, timestamp_ms: int64, request_metadata: keyValues, tags: keyValues }),
  async run({ context, project }, { experiment_id, timestamp_ms, request_metadata, tags }) {
    const { number } = await getExperiment(context, { number: experimentNumber(experiment_id) });
    const trace = newId();
    await putTraceInfo(
      context,
      {
        id: trace,
        experiment: number,
        startedUs: timestamp_ms * 1_000,
        state: 'in-progress',
        metadata: toRecord(request_metadata),
        tags: toRecord(tags),
      },
      project.config.tracking.traces,
    );
    return { trace_info: await oldTraceInfo(context, await readTrace(context, trace)) };
  },
});

const end = rpc({
  method: 'PATCH',
  version: '2.0',
  path: 'traces/:request_id',
  request: z.object({
    ...BY_REQUEST,
    timestamp_ms: int64,
    status: Status.optional(),
    request_metadata: keyValues,
    tags: keyValues,
  }),
  async run({ context, project }, { request_id, timestamp_ms, status, request_metadata, tags }) {
    const trace = await readTrace(context, fromMlflowTraceId(request_id));
    await putTraceInfo(
      context,
      {
        id: trace.id,
        startedUs: trace.startedUs,
        durationUs: Math.max(0, timestamp_ms * 1_000 - trace.startedUs),
        metadata: toRecord(request_metadata),
        tags: toRecord(tags),
        ...(status === undefined ? {} : { state: OUR_STATES[status] }),
      },
      project.config.tracking.traces,
    );
    return { trace_info: await oldTraceInfo(context, await readTrace(context, trace.id)) };
  },
});

const info = rpc({
  method: 'GET',
  version: '2.0',
  path: 'traces/:request_id/info',
  request: z.object(BY_REQUEST),
  run: async ({ context }, { request_id }) => ({
    trace_info: await oldTraceInfo(context, await readTrace(context, fromMlflowTraceId(request_id))),
  }),
});

const search = rpc({
  method: 'GET',
  version: '2.0',
  path: 'traces',
  request: z.object({
    experiment_ids: list(id),
    filter: text.default(''),
    max_results: maxResults(500, 100),
    order_by: list(text),
    page_token: text.optional(),
  }),
  async run({ context }, { experiment_ids, filter, max_results, order_by, page_token }) {
    if (experiment_ids.length === 0) throw missingParameter('experiment_ids');
    const after = readPageToken(page_token, Cursor);
    const { traces, next } = await searchTraces(context, {
      experiments: experiment_ids.map(experimentNumber),
      clauses: parseFilter(filter, TRACE_GRAMMAR),
      order: parseOrderBy(order_by, TRACE_GRAMMAR),
      limit: max_results,
      ...(after === undefined ? {} : { after }),
    });
    return { traces: await oldTraceInfos(context, traces), next_page_token: writePageToken(next) };
  },
});

const setTag = rpc({
  method: 'PATCH',
  version: '2.0',
  path: 'traces/:request_id/tags',
  request: z.object({ ...BY_REQUEST, key: requiredText, value: text.default('') }),
  async run({ context, project }, { request_id, key, value }) {
    await setTraceTag(context, fromMlflowTraceId(request_id), { key, value }, project.config.tracking.traces);
    return {};
  },
});

const deleteTag = rpc({
  method: 'DELETE',
  version: '2.0',
  path: 'traces/:request_id/tags',
  request: z.object({ ...BY_REQUEST, key: requiredText }),
  async run({ context }, { request_id, key }) {
    await deleteTraceTag(context, fromMlflowTraceId(request_id), key);
    return {};
  },
});

/** Traces, the second way: what older clients do, and newer ones for tags. */
export const OLD_TRACE_RPCS: readonly MlflowRpc[] = [start, end, info, search, setTag, deleteTag];
