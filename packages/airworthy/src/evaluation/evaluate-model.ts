import { setImmediate } from 'node:timers/promises';
import { AirworthyError } from '../kernel/errors.ts';
import { idFromContent } from '../kernel/ids.ts';
import type { Table, Task } from '../models/table.ts';
import { confusionMatrix } from '../stats/confusion-metrics.ts';
import { quantileInterval } from '../stats/intervals.ts';
import type { MetricName } from '../stats/metric-names.ts';
import { quantileOfSorted } from '../stats/order.ts';
import { type Outcomes, selectOutcomes } from '../stats/outcomes.ts';
import type { Context } from '../store/ports.ts';
import { constantScores, trivialOutput } from './baseline.ts';
import { calibrationOf } from './calibration-table.ts';
import { estimateMetric } from './estimate-metric.ts';
import { measureFairness } from './fairness/measure-fairness.ts';
import { type Clusters, selectClusters } from './measuring/clusters.ts';
import { readTarget, toOutcomes } from './read-outcomes.ts';
import { type ClusterColumn, rowClusters } from './row-clusters.ts';
import type { EvaluationConfig, EvaluationReport, ResidualQuantile, SliceResult } from './schema.ts';
import { metricsOf } from './select-metrics.ts';
import { type RowGroup, sliceRows } from './slice-rows.ts';
import { saveReport } from './stored-evaluations.ts';

export interface EvaluateModel {
  runId: string;
  version: { digest: string };
  split: { digest: string };
  /** The split's role the rows are of; its name stands in the report. */
  role: string;
  /** The model's output on the rows, row-major, as `outputWidth(task)` says. */
  scores: Float64Array;
  /** The rows, with the target and the columns that slices name. */
  table: Table;
  task: Task;
  config: EvaluationConfig;
  /** The column that says which rows belong together; absent: rows are independent. */
  cluster?: ClusterColumn | undefined;
  /** Binary: the label is positive from this probability on. Default 0.5. */
  threshold?: number;
  /** What the trivial model learnt from the training rows (class shares, or the mean); absent: from these rows. */
  trivial?: readonly number[];
}

const CONFIDENCE = 0.95;
/** Below this many rows a slice says nothing. */
const FEWEST_ROWS = 30;
const RESIDUAL_QUANTILES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

/**
 * Measures a model on rows it was not trained on: every metric with its interval, beside the trivial model's, overall
 * and by slice, with a reliability table. Stores the report under an id made from its content and returns it.
 *
 * @example
 * const report = await evaluateModel(context, { runId, version, split, role: 'test', scores, table, task, config });
 * report.metrics[0]; // { name: 'log-loss', value: 0.43, low: 0.42, high: 0.44, n: 10900, method: 'Student t', … }
 */
export async function evaluateModel(context: Context, input: EvaluateModel): Promise<EvaluationReport> {
  const { table, task, config, scores, threshold } = input;
  if (table.rows === 0) {
    throw new AirworthyError('EVALUATION_EMPTY', { message: `the role "${input.role}" has no rows` });
  }
  const metrics = metricsOf(config, task);
  const y = readTarget(table, task);
  const outcomes = toOutcomes(task, y, scores, threshold);
  const groups = sliceRows(table, config.slices);
  const clusters = input.cluster && rowClusters(table, input.cluster);
  const progress = context.progress.start('evaluate', metrics.length + groups.length, 'metrics and slices');
  const content = {
    run: input.runId,
    datasetVersion: input.version.digest,
    split: input.split.digest,
    role: input.role,
    task: task.kind,
    n: table.rows,
    ...(input.cluster && clusters
      ? { clusters: { column: input.cluster.column, count: clusters.count } }
      : {}),
    confidence: CONFIDENCE,
    primary: metrics[0],
    metrics: await inTurns(metrics, (metric, done) => {
      progress.advance(done, metric);
      return estimateMetric(metric, outcomes, CONFIDENCE, clusters);
    }),
    baseline: baselineOf(input, { y, metrics, clusters }),
    slices: await inTurns(groups, (group, done) => {
      progress.advance(metrics.length + done, `${group.column} ${group.value}`);
      return measureSlice({ outcomes, clusters, metrics }, group);
    }),
    calibration: calibrationOf(outcomes, CONFIDENCE),
    ...(config.fairness
      ? { fairness: measureFairness({ table, outcomes, config: config.fairness, clusters }) }
      : {}),
    ...detailsOf(task, outcomes, threshold),
  };
  progress.end();
  const report = { id: idFromContent(content), ...content };
  await saveReport(context, report);
  return report;
}

/** Maps one item a turn of the event loop, so that a server in this process goes on answering. */
async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item, done: number) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) {
    results.push(work(item, results.length));
    await setImmediate();
  }
  return results;
}

function baselineOf(
  { task, threshold, trivial }: EvaluateModel,
  {
    y,
    metrics,
    clusters,
  }: { y: Float64Array; metrics: readonly MetricName[]; clusters: Clusters | undefined },
): EvaluationReport['baseline'] {
  const output = trivial ? [...trivial] : trivialOutput(task, y);
  const outcomes = toOutcomes(task, y, constantScores(output, y.length), threshold);
  return {
    kind: task.kind === 'regression' ? 'mean' : 'majority',
    output,
    from: trivial ? 'training' : 'test',
    metrics: metrics.map((metric) => estimateMetric(metric, outcomes, CONFIDENCE, clusters)),
  };
}

function measureSlice(
  {
    outcomes,
    clusters,
    metrics,
  }: { outcomes: Outcomes; clusters: Clusters | undefined; metrics: readonly MetricName[] },
  { column, value, rows }: RowGroup,
): SliceResult {
  const n = rows.length;
  if (n < FEWEST_ROWS) return { column, value, n, status: 'too-few', metrics: [] };
  const selected = selectOutcomes(outcomes, rows);
  const together = clusters && selectClusters(clusters, rows);
  const results = metrics.map((metric) => estimateMetric(metric, selected, CONFIDENCE, together));
  return { column, value, n, status: 'measured', metrics: results };
}

/** What only some kinds of task have. */
function detailsOf(task: Task, outcomes: Outcomes, threshold = 0.5): Partial<EvaluationReport> {
  if (outcomes.kind === 'regression') return { residuals: residualQuantiles(outcomes.y, outcomes.scores) };
  const { counts, classes } = confusionMatrix(outcomes.y, outcomes.predicted, outcomes.classes);
  const names = task.kind === 'regression' ? [] : [...task.classes];
  return {
    confusion: {
      classes: names,
      counts: names.map((_, truth) => [...counts.subarray(truth * classes, (truth + 1) * classes)]),
    },
    ...(outcomes.kind === 'binary' ? { threshold } : {}),
  };
}

function residualQuantiles(y: Float64Array, values: Float64Array): ResidualQuantile[] {
  const sorted = y.map((truth, row) => truth - values[row]).sort();
  return RESIDUAL_QUANTILES.map((quantile) => ({
    quantile,
    value: quantileOfSorted(sorted, quantile),
    ...quantileInterval(sorted, quantile, CONFIDENCE),
  }));
}
