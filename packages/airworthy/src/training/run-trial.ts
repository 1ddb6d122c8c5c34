import { siblingModule } from '../jobs/local/sibling-module.ts';
import type { Executor } from '../jobs/ports.ts';
import { AirworthyError, toAirworthyError } from '../kernel/errors.ts';
import { idFromContent } from '../kernel/ids.ts';
import type { ProgressTask } from '../kernel/progress.ts';
import { outputWidth, type Table } from '../models/table.ts';
import { higherIsBetter } from '../stats/metric-names.ts';
import { mean } from '../stats/sums.ts';
import type { Context } from '../store/ports.ts';
import {
  endRun,
  getRun,
  logMetrics,
  type MetricInput,
  type RunDetails,
  type RunLink,
  setTags,
  startRun,
} from '../tracking/index.ts';
import type { CurvePoint } from './fit-candidate.ts';
import type { FoldInput, FoldOutcome } from './fit-fold.ts';
import type { TrainingPlan } from './plan-training.ts';
import type { Prepared } from './prepare-training.ts';
import type { Candidate, TrialSummary } from './schema.ts';
import type { ScoreInput, TrialScore } from './worker.ts';

/** The address of the jobs of training. */
export const WORKER = siblingModule(import.meta.url, 'worker');

/** At most so many points of a trial's curve are kept, evenly spaced. */
const CURVE_POINTS = 50;

/** What all trials of one search share. */
export interface Search {
  context: Context;
  executor: Executor;
  /** The run that the trials are children of. */
  parent: RunDetails;
  inputs: RunLink[];
  plan: TrainingPlan;
  table: Table;
  prepared: Prepared;
  /** Threads each fold may use. */
  threads: number;
}

export interface TrialRequest {
  number: number;
  candidate: Candidate;
  signal: AbortSignal;
  progress: ProgressTask;
}

/**
 * Runs one candidate as a run of its own, whose id follows from what it does: a trial that this search finished
 * before, or that failed, is read back instead. A failing learner is a result, not an error; an abort is thrown and
 * leaves the run killed, to be run again.
 */
export async function runTrial(search: Search, request: TrialRequest): Promise<TrialSummary> {
  const { context } = search;
  const id = trialId(search, request.candidate);
  const known = await findTrial(context, id);
  if (known) return readTrial(search, request, known);
  await startTrial(search, request, id);
  const outcome = await settle(validateCandidate(search, request));
  if (outcome.status === 'fulfilled') {
    await logMetrics(context, id, metricsOf(outcome.value));
    await endRun(context, id, 'finished');
  } else if (request.signal.aborted) {
    await endRun(context, id, 'killed');
    throw request.signal.reason;
  } else {
    const { code, message } = toAirworthyError(outcome.reason);
    await setTags(context, id, { error: `${code}: ${message}` });
    await endRun(context, id, 'failed');
  }
  return readTrial(search, request, await getRun(context, id));
}

async function settle<Value>(promise: Promise<Value>): Promise<PromiseSettledResult<Value>> {
  const [outcome] = await Promise.allSettled([promise]);
  return outcome;
}

function trialId({ parent, plan, inputs }: Search, candidate: Candidate): string {
  const { metric, validation, fields, task } = plan;
  const { classWeights, monotone, seed } = plan.config;
  const settings = { metric, validation, fields, task, classWeights, monotone, seed };
  return idFromContent({ work: 'trial', parent: parent.id, inputs, settings, candidate });
}

/** A trial that came to its end, well or not; undefined where it never ran or was killed on the way. */
async function findTrial(context: Context, id: string): Promise<RunDetails | undefined> {
  try {
    const run = await getRun(context, id);
    return run.status === 'finished' || run.status === 'failed' ? run : undefined;
  } catch (error) {
    if (AirworthyError.is(error) && error.code === 'RUN_NOT_FOUND') return undefined;
    throw error;
  }
}

async function startTrial(
  { context, parent, inputs }: Search,
  request: TrialRequest,
  id: string,
): Promise<void> {
  const { learner, params } = request.candidate;
  await startRun(context, {
    id,
    experiment: parent.experiment,
    name: `trial ${request.number}: ${learner}`,
    parent: parent.id,
    params: { learner, ...params },
    tags: { kind: 'trial' },
    inputs,
  });
}

interface TrialOutcome extends TrialScore {
  iterations: number | null;
  curve: CurvePoint[];
}

async function validateCandidate(search: Search, request: TrialRequest): Promise<TrialOutcome> {
  const { executor, plan, table, prepared } = search;
  const length = table.rows * outputWidth(plan.task);
  const predictions = new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT));
  const folds = await fitFolds(search, request, predictions);
  const input: ScoreInput = { metric: plan.metric, task: plan.task, prepared, predictions };
  const { signal } = request;
  const score = await executor.run<TrialScore>({ module: WORKER, run: 'scoreTrial', input }, { signal });
  return { ...score, iterations: meanIterations(folds), curve: meanCurve(folds) };
}

/** All folds, as many at a time as the executor has room for; when one fails the others are stopped. */
async function fitFolds(
  { executor, plan, table, prepared, threads }: Search,
  { candidate, number, progress, signal }: TrialRequest,
  predictions: Float64Array,
): Promise<FoldOutcome[]> {
  const { fields, task, config } = plan;
  const others = new AbortController();
  const fit = (fold: number): Promise<FoldOutcome> => {
    const { monotone, seed } = config;
    const input: FoldInput = {
      table,
      fields,
      task,
      candidate,
      monotone,
      seed,
      threads,
      prepared,
      fold,
      predictions,
    };
    return executor.run<FoldOutcome>(
      { module: WORKER, run: 'fitFold', input },
      {
        signal: AbortSignal.any([signal, others.signal]),
        onProgress: (rounds) => progress.advance(number - 1, `${candidate.learner}, round ${rounds}`),
      },
    );
  };
  try {
    return await Promise.all(Array.from({ length: prepared.folds.count }, (_, fold) => fit(fold)));
  } catch (error) {
    others.abort(error);
    throw error;
  }
}

function meanIterations(folds: readonly FoldOutcome[]): number | null {
  const iterations = folds.map((fold) => fold.iterations).filter((count) => count !== null);
  return iterations.length === 0 ? null : mean(Float64Array.from(iterations));
}

/** The mean over folds, up to the round that all of them reached, thinned. */
function meanCurve(folds: readonly FoldOutcome[]): CurvePoint[] {
  const length = Math.min(...folds.map((fold) => fold.curve.length));
  const stride = Math.max(1, Math.ceil(length / CURVE_POINTS));
  const kept = Array.from({ length }, (_, index) => index).filter(
    (index) => index % stride === 0 || index === length - 1,
  );
  return kept.map((index) => {
    const points = folds.map((fold) => fold.curve[index]);
    const stopping = points.map((point) => point.stopping).filter((loss) => loss !== null);
    return {
      step: points[0].step,
      training: mean(Float64Array.from(points, (point) => point.training)),
      stopping: stopping.length === 0 ? null : mean(Float64Array.from(stopping)),
    };
  });
}

function metricsOf({ score, rows, f1Threshold, iterations, curve }: TrialOutcome): MetricInput[] {
  const summary = {
    [score.metric]: score.value,
    [`${score.metric}.standard-error`]: score.standardError,
    [`${score.metric}.low`]: score.low,
    [`${score.metric}.high`]: score.high,
    'validation-rows': rows,
    ...(f1Threshold === null ? {} : { 'f1-threshold': f1Threshold }),
    ...(iterations === null ? {} : { iterations }),
  };
  return [
    ...Object.entries(summary).map(([key, value]) => ({ key, value })),
    ...curve.flatMap(({ step, training, stopping }) => [
      { key: 'training-loss', value: training, step },
      ...(stopping === null ? [] : [{ key: 'stopping-loss', value: stopping, step }]),
    ]),
  ];
}

function readTrial({ plan }: Search, { number, candidate }: TrialRequest, run: RunDetails): TrialSummary {
  const base = { ...candidate, run: run.id, number };
  if (run.status === 'failed') return { ...base, status: 'failed', error: run.tags.error ?? 'unknown' };
  const values = new Map(run.metrics.map((metric) => [metric.key, metric.value]));
  const read = (key: string): number => values.get(key) ?? Number.NaN;
  const { metric } = plan;
  return {
    ...base,
    status: 'finished',
    score: {
      metric,
      higherIsBetter: higherIsBetter(metric),
      value: read(metric),
      standardError: read(`${metric}.standard-error`),
      low: read(`${metric}.low`),
      high: read(`${metric}.high`),
    },
    rows: read('validation-rows'),
    iterations: values.get('iterations') ?? null,
    f1Threshold: values.get('f1-threshold') ?? null,
  };
}
