import { availableParallelism } from 'node:os';
import { type DatasetVersion, readTable, type Split } from '../data/index.ts';
import { createWorkerPool } from '../jobs/local/worker-pool.ts';
import type { Executor } from '../jobs/ports.ts';
import { type Table, type Task, targetUnit } from '../models/table.ts';
import { showMetric } from '../stats/metric-names.ts';
import type { Context } from '../store/ports.ts';
import { getRun, logMetrics, type RunLink, setTags } from '../tracking/index.ts';
import { planTraining, type TrainingPlan } from './plan-training.ts';
import type { Prepared, PrepareInput } from './prepare-training.ts';
import { refitBest } from './refit-best.ts';
import { type Search, WORKER } from './run-trial.ts';
import type { TrainingConfigInput, TrainingResult } from './schema.ts';
import { type FinishedTrial, searchModels } from './search-models.ts';

export interface TrainingRequest {
  version: DatasetVersion;
  split: Split;
  task: Task;
  config: TrainingConfigInput;
  /** The run that training belongs to; its trials become children of it. It is not ended here. */
  runId: string;
}

/**
 * Searches for the best model under the budget and refits it on all training rows. Rows of the test role are never
 * read. The same inputs give the same bytes, whatever the machine, unless the cap in seconds ended the search
 * (`stoppedBy`). Called again after a crash it takes up the trials it finished. All computing is done in threads.
 *
 * @throws CONFIG_INVALID, TRAINING_NO_FEATURES, TRAINING_TOO_FEW_ROWS, TARGET_INVALID, TARGET_ONE_CLASS,
 * VALIDATION_IMPOSSIBLE, TRAINING_FAILED; the reason of `context.signal` when aborted.
 * @example
 * const { model, validation } = await trainModel(context, { version, split, task, config: { seed: 1 }, runId: run.id });
 */
export async function trainModel(context: Context, request: TrainingRequest): Promise<TrainingResult> {
  const plan = planTraining(request.version, request.split, request.task, request.config);
  const parent = await getRun(context, request.runId);
  const table = await readTrainingRows(context, request, plan);
  const { slots, threads } = sharesOf(plan);
  await using executor = createWorkerPool({ slots });
  const prepared = await prepare(context, executor, plan, table);
  const inputs = linksTo(request);
  const search: Search = { context, executor, parent, inputs, plan, table, prepared, threads };
  const { trials, best, stoppedBy } = await searchModels(search);
  const model = await refitBest(search, best);
  const method = describeValidation(plan, prepared, table.rows);
  await recordOutcome(context, request, best, { stoppedBy, method });
  return {
    model,
    run: await getRun(context, request.runId),
    trials,
    validation: { ...best.score, method, rows: best.rows },
    stoppedBy,
  };
}

function readTrainingRows(
  context: Context,
  { version, split, task }: TrainingRequest,
  { fields, validation }: TrainingPlan,
): Promise<Table> {
  const dealtBy = validation.by === 'random' ? [] : [validation.column];
  const columns = [...new Set([...fields.map((field) => field.name), task.target, ...dealtBy])];
  return readTable(context, version, { columns, split, role: 'train' });
}

/** Folds run side by side with a thread each; a single fit gets all threads for itself. */
function sharesOf({ validation }: TrainingPlan): { slots: number; threads: number } {
  const cores = availableParallelism();
  const folds = validation.by !== 'time' && 'folds' in validation.plan ? validation.plan.folds : 1;
  return folds > 1 ? { slots: Math.min(cores, folds), threads: 1 } : { slots: 1, threads: cores };
}

function prepare(
  context: Context,
  executor: Executor,
  { fields, task, config, validation }: TrainingPlan,
  table: Table,
): Promise<Prepared> {
  const { classWeights, seed } = config;
  const input: PrepareInput = { table, fields, task, classWeights, validation, seed };
  return executor.run<Prepared>(
    { module: WORKER, run: 'prepareTraining', input },
    { signal: context.signal },
  );
}

function linksTo({ version, split }: TrainingRequest): RunLink[] {
  return [
    { kind: 'dataset-version', digest: version.digest, name: version.dataset },
    { kind: 'split', digest: split.digest },
  ];
}

function describeValidation({ validation }: TrainingPlan, { searched }: Prepared, rows: number): string {
  const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;
  const sample = searched < rows ? ` of a sample of ${searched} rows` : '';
  if (validation.by === 'time') return `holdout of the latest ${percent(validation.holdout)}${sample}`;
  const grouped = validation.by === 'group' ? ` by ${validation.column}` : '';
  return 'folds' in validation.plan
    ? `${validation.plan.folds}-fold cross-validation${grouped}${sample}`
    : `holdout of ${percent(validation.plan.holdout)}${grouped}${sample}`;
}

async function recordOutcome(
  context: Context,
  { runId, task }: TrainingRequest,
  best: FinishedTrial,
  { stoppedBy, method }: Pick<TrainingResult, 'stoppedBy'> & { method: string },
): Promise<void> {
  const { metric, value, standardError, low, high } = best.score;
  await setTags(context, runId, {
    'training.learner': best.learner,
    'training.params': JSON.stringify(best.params),
    'training.best-trial': best.run,
    'training.validation': `${showMetric(metric, best.score, targetUnit(task))}, ${method}`,
    'training.stopped-by': stoppedBy,
  });
  await logMetrics(context, runId, [
    { key: `validation.${metric}`, value },
    { key: `validation.${metric}.standard-error`, value: standardError },
    { key: `validation.${metric}.low`, value: low },
    { key: `validation.${metric}.high`, value: high },
  ]);
}
