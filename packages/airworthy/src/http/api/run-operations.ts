import { z } from 'zod';
import {
  getRun,
  type LatestMetric,
  latestMetrics,
  listRuns,
  metricHistory,
  RunId,
} from '../../tracking/index.ts';
import { type Operation, operation } from './operation.ts';
import { paging } from './query.ts';
import { MetricHistoryAnswer, RunAnswer, type RunMetric, RunsAnswer } from './schema.ts';

const Params = z.strictObject({ run: RunId });

const list = operation({
  method: 'GET',
  path: '/runs',
  id: 'listRuns',
  summary: 'Runs with their latest metrics, newest first.',
  query: z.strictObject({
    ...paging,
    experiment: z.string().max(250).optional(),
    parent: z
      .union([z.literal('none').transform(() => null), RunId])
      .optional()
      .describe('The trials of this run; `none`: runs that are nobody’s trial.'),
  }),
  answer: RunsAnswer,
  async run({ context }, { query: { limit, after, experiment, parent } }) {
    const { runs, next } = await listRuns(context, {
      limit,
      ...(after === undefined ? {} : { after }),
      ...(experiment === undefined ? {} : { experiment }),
      ...(parent === undefined ? {} : { parent }),
    });
    const metrics = await latestMetrics(
      context,
      runs.map((run) => run.id),
    );
    const items = runs.map((run) => ({ ...run, metrics: (metrics.get(run.id) ?? []).map(showMetric) }));
    return { items, next: next ?? null };
  },
});

const show = operation({
  method: 'GET',
  path: '/runs/:run',
  id: 'getRun',
  summary: 'A run with its params, tags, latest metrics, artifacts, inputs and outputs.',
  params: Params,
  answer: RunAnswer,
  async run({ context }, { params }) {
    const run = await getRun(context, params.run);
    return { ...run, metrics: run.metrics.map(showMetric) };
  },
});

const history = operation({
  method: 'GET',
  path: '/runs/:run/metrics/:key',
  id: 'getMetricHistory',
  summary: 'Every point of a metric, by step.',
  params: Params.extend({ key: z.string().min(1).max(250) }),
  query: z.strictObject(paging),
  answer: MetricHistoryAnswer,
  async run({ context }, { params: { run, key }, query: { limit, after } }) {
    await getRun(context, run);
    const input = { limit, ...(after === undefined ? {} : { after }) };
    const { points, next } = await metricHistory(context, run, key, input);
    const items = points.map(({ step, time, value }) => ({ step, time, ...toJson(value) }));
    return { items, next: next ?? null };
  },
});

/** JSON has no NaN and no infinity: these are named. */
function toJson(value: number): { value: number | null; special: string | null } {
  return Number.isFinite(value) ? { value, special: null } : { value: null, special: String(value) };
}

function showMetric({ key, step, time, value, min, max }: LatestMetric): RunMetric {
  return { key, step, time, ...toJson(value), min, max };
}

export const RUN_OPERATIONS: readonly Operation[] = [list, show, history];
