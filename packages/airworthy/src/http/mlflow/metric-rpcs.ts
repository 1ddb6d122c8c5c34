import { z } from 'zod';
import type { Context } from '../../store/ports.ts';
import {
  logBatch,
  logModelMetrics,
  type MetricInput,
  type MetricPoint,
  metricCurve,
  metricHistory,
  sampleSteps,
} from '../../tracking/index.ts';
import { MlflowError } from './mlflow-error.ts';
import { namedRun, RUN_FIELDS } from './named-run.ts';
import { After, readPageToken, writePageToken } from './page-token.ts';
import { readBatch, type SentBatch } from './read-batch.ts';
import { readMetric, readRunId, type SentMetric } from './read-metric.ts';
import { handReadRpc, type MlflowRpc, rpc } from './rpc.ts';
import { int64, list, requiredText, text } from './wire.ts';

/** What clients ask for in a page of a history; with no number asked for they get all of it. */
const PAGE = 25_000;
const MOST_RUNS = 100;
const MOST_POINTS_OF_RUN = 2_500;

const logMetric = handReadRpc({
  version: '2.0',
  path: 'runs/log-metric',
  read: (fields) => ({ run: readRunId(fields), metrics: [readMetric(fields)], params: {}, tags: {} }),
  run: ({ context }, batch) => log(context, batch),
});

const logManyMetrics = handReadRpc({
  version: '2.0',
  path: 'runs/log-batch',
  read: readBatch,
  run: ({ context }, batch) => log(context, batch),
});

const getHistory = rpc({
  method: 'GET',
  version: '2.0',
  path: 'metrics/get-history',
  request: z.object({
    ...RUN_FIELDS,
    metric_key: requiredText,
    page_token: text.optional(),
    max_results: int64.refine((value) => value >= 1, 'It must be at least 1').optional(),
  }),
  run: async ({ context }, { metric_key, page_token, max_results, ...named }) => {
    const after = readPageToken(page_token, After);
    const { points, next } = await readHistory(context, namedRun(named), metric_key, after, max_results);
    return {
      metrics: points.map((point) => ({ key: metric_key, ...pointMessage(point) })),
      next_page_token: writePageToken(next),
    };
  },
});

/** The history of one metric of many runs; MLflow's pages ask for it. */
const getHistories = rpc({
  method: 'GET',
  version: '2.0',
  path: 'metrics/get-history-bulk',
  request: z.object({
    run_id: list(text),
    metric_key: requiredText,
    max_results: int64.refine((value) => value >= 1, 'It must be at least 1').default(PAGE),
  }),
  run: async ({ context }, { run_id, metric_key, max_results }) => {
    refuseRuns('GetMetricHistoryBulk', 'run_id', run_id);
    const most = Math.min(max_results, PAGE);
    const metrics: object[] = [];
    for (const run of [...new Set(run_id)].sort()) {
      const { points } = await metricHistory(context, run, metric_key, { limit: most, order: 'time' });
      metrics.push(...points.map((point) => ({ key: metric_key, ...pointMessage(point), run_id: run })));
      if (metrics.length >= most) break;
    }
    return { metrics: metrics.slice(0, most) };
  },
});

/** The same within an interval of steps, and no more than a plot can show. */
const getIntervals = rpc({
  method: 'GET',
  version: '2.0',
  path: 'metrics/get-history-bulk-interval',
  request: z.object({
    run_ids: list(text),
    metric_key: requiredText,
    start_step: int64.optional(),
    end_step: int64.optional(),
    max_results: int64
      .refine(
        (value) => value >= 1 && value <= MOST_POINTS_OF_RUN,
        `max_results must be between 1 and ${MOST_POINTS_OF_RUN}`,
      )
      .default(MOST_POINTS_OF_RUN),
  }),
  run: async ({ context }, { run_ids, metric_key, start_step, end_step, max_results }) => {
    refuseRuns('GetMetricHistoryBulkInterval', 'run_ids', run_ids);
    const query = { ...readInterval(start_step, end_step), points: MOST_POINTS_OF_RUN };
    const curves = await Promise.all(run_ids.map((run) => metricCurve(context, run, metric_key, query)));
    const shown = sampleSteps(
      curves.map(({ buckets }) => buckets.map((bucket) => bucket.step)),
      max_results,
    );
    const metrics = curves.flatMap(({ buckets }, index) =>
      buckets
        .filter(({ step }) => shown.has(step))
        .map(({ step, time, last }) => ({
          key: metric_key,
          ...pointMessage({ step, time, value: last ?? Number.NaN }),
          run_id: run_ids[index],
        })),
    );
    return { metrics };
  },
});

export const METRIC_RPCS: readonly MlflowRpc[] = [
  logMetric,
  logManyMetrics,
  getHistory,
  getHistories,
  getIntervals,
];

async function log(context: Context, { run, metrics, params, tags }: SentBatch): Promise<object> {
  const batch = { metrics: metrics.map(pointOfRun), params, tags };
  const ofModels = metrics.filter((metric) => metric.model !== '');
  if (ofModels.length === 0) await logBatch(context, run, batch);
  else await logModelMetrics(context, run, batch, ofModels);
  return {};
}

function pointOfRun({ key, value, time, step }: SentMetric): MetricInput {
  return { key, value, time, step };
}

function pointMessage({ value, time, step }: MetricPoint): object {
  return { value, timestamp: time, step };
}

async function readHistory(
  context: Context,
  run: string,
  key: string,
  after: string | undefined,
  most: number | undefined,
): Promise<{ points: MetricPoint[]; next?: string }> {
  const limit = Math.min(most ?? PAGE, PAGE);
  const page = (from: string | undefined) =>
    metricHistory(context, run, key, {
      limit,
      order: 'time',
      ...(from === undefined ? {} : { after: from }),
    });
  const first = await page(after);
  if (most !== undefined) return first;
  const points = first.points;
  for (let next = first.next; next !== undefined; ) {
    const more = await page(next);
    for (const point of more.points) points.push(point);
    next = more.next;
  }
  return { points };
}

function refuseRuns(request: string, name: string, runs: readonly string[]): void {
  if (runs.length > 0 && runs.length <= MOST_RUNS) return;
  throw new MlflowError(
    'INVALID_PARAMETER_VALUE',
    runs.length === 0
      ? `${request} request must specify at least one ${name}.`
      : `${request} request must specify at most ${MOST_RUNS} run_ids. Received ${runs.length} run_ids.`,
  );
}

/** From step 0 on, as MLflow has it, where no interval is asked for. */
function readInterval(start: number | undefined, end: number | undefined): { from?: number; to?: number } {
  if (start === undefined && end === undefined) return { from: 0 };
  if (start === undefined || end === undefined)
    throw new MlflowError(
      'INVALID_PARAMETER_VALUE',
      'If either start step or end step are specified, both must be specified.',
    );
  if (start <= end) return { from: start, to: end };
  throw new MlflowError(
    'INVALID_PARAMETER_VALUE',
    `end_step must be greater than start_step. Found start_step=${start} and end_step=${end}.`,
  );
}
