import type { Context } from '../../store/ports.ts';
import type { MetricSample } from '../measuring/metric-sample.ts';
import type { MetricSpec } from '../scoring/scorer.ts';
import { type CaseGroups, readCaseGroups } from './read-case-groups.ts';
import { metricsOf, type SuiteEvaluation } from './suite-evaluation.ts';

const PAGE = 4_000;

/** The metric that every suite has: the share of results that are errors. */
export const ERROR_RATE: MetricSpec = {
  name: 'error-rate',
  label: 'errors',
  aggregate: { kind: 'mean' },
  better: 'lower',
  binary: true,
  range: [0, 1],
};

/** Which samples to read; the groups of its cases, where they are at hand, are not read again. */
export interface SamplesAsked {
  metrics?: readonly string[];
  groups?: CaseGroups;
}

/**
 * Every metric of a task on every case, read from the rows, page by page, and the task's own share of errors last.
 *
 * @example
 * const [accuracy] = await readSamples(context, evaluation, 'main', { metrics: ['exact'] });
 */
export async function readSamples(
  context: Context,
  evaluation: SuiteEvaluation,
  task: string,
  asked: SamplesAsked = {},
): Promise<MetricSample[]> {
  const groups = asked.groups ?? (await readCaseGroups(context, evaluation));
  const wanted = (name: string) => asked.metrics === undefined || asked.metrics.includes(name);
  const samples: MetricSample[] = [];
  for (const metric of metricsOf(evaluation)) {
    if (wanted(metric.name)) samples.push(await readSample(context, evaluation, task, metric, groups));
  }
  if (wanted(ERROR_RATE.name)) samples.push(await readErrorRate(context, evaluation, task, groups));
  return samples;
}

interface ScoreValue {
  position: number;
  status: string;
  value: number | null;
  sums_json: string | null;
}

async function readSample(
  context: Context,
  evaluation: SuiteEvaluation,
  task: string,
  metric: MetricSpec,
  groups: CaseGroups,
): Promise<MetricSample> {
  const collector = collectSample(metric, evaluation, groups);
  const { project, store } = context;
  for (let after = -1; ; ) {
    const rows = await store.database.sql
      .selectFrom('score')
      .select(['position', 'status', 'value', 'sums_json'])
      .where('project', '=', project)
      .where('evaluation', '=', evaluation.id)
      .where('task', '=', task)
      .where('metric', '=', metric.name)
      .where('position', '>', after)
      .where('position', '<=', after + PAGE)
      .orderBy('position')
      .orderBy('trial')
      .execute();
    for (const row of rows) collector.take(row as ScoreValue);
    after += PAGE;
    if (after >= evaluation.cases) return collector.finish();
  }
}

async function readErrorRate(
  { project, store }: Context,
  evaluation: SuiteEvaluation,
  task: string,
  groups: CaseGroups,
): Promise<MetricSample> {
  const collector = collectSample(ERROR_RATE, evaluation, groups);
  for (let after = -1; ; ) {
    const rows = await store.database.sql
      .selectFrom('case_result')
      .select(['position', 'status'])
      .where('project', '=', project)
      .where('evaluation', '=', evaluation.id)
      .where('task', '=', task)
      .where('position', '>', after)
      .where('position', '<=', after + PAGE)
      .orderBy('position')
      .orderBy('trial')
      .execute();
    for (const { position, status } of rows) {
      collector.take({ position, status: 'scored', value: status === 'ok' ? 0 : 1, sums_json: null });
    }
    after += PAGE;
    if (after >= evaluation.cases) return collector.finish();
  }
}

/** Adds up the trials of each case. */
function collectSample(metric: MetricSpec, { cases: n, trials }: SuiteEvaluation, groups: CaseGroups) {
  const times = new Uint16Array(n);
  const missing = new Float64Array(n);
  const values = new Float64Array(n);
  const squares = trials > 1 ? new Float64Array(n) : undefined;
  let sums: Float64Array | undefined;
  let width = 0;
  const counts = { scored: 0, skipped: 0, unscorable: 0, error: 0 };
  return {
    take({ position: at, status, value, sums_json }: ScoreValue): void {
      const position = Number(at);
      counts[status as keyof typeof counts] += 1;
      if (status === 'error') missing[position] += 1 / trials;
      if (status !== 'scored') return;
      times[position] += 1;
      if (value !== null) {
        values[position] += value;
        if (squares !== undefined) squares[position] += value * value;
      }
      if (sums_json === null) return;
      const own = JSON.parse(sums_json) as number[];
      if (sums === undefined) {
        width = own.length;
        sums = new Float64Array(n * width);
      }
      for (let index = 0; index < width; index++) sums[position * width + index] += own[index];
    },
    finish(): MetricSample {
      const trialVariance =
        squares && Float64Array.from(squares, (square, at) => varianceOf(square, values[at], times[at]));
      for (let at = 0; at < n; at++) {
        values[at] = times[at] === 0 ? Number.NaN : values[at] / times[at];
        for (let index = 0; index < width; index++)
          if (sums && times[at] > 0) sums[at * width + index] /= times[at];
      }
      return {
        ...{ metric, n, missing, values, trials, counts },
        scored: Uint8Array.from(times, (count) => (count > 0 ? 1 : 0)),
        ...(sums === undefined ? {} : { sums }),
        ...(trialVariance === undefined ? {} : { trialVariance }),
        ...{ clusters: groups.clusters, clusterCount: groups.clusterCount, clustered: groups.clustered },
      };
    },
  };
}

function varianceOf(squares: number, sum: number, times: number): number {
  return times < 2 ? Number.NaN : Math.max(0, (squares - (sum * sum) / times) / (times - 1));
}
