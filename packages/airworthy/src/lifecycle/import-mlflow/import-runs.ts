import { AirworthyError } from '../../kernel/errors.ts';
import {
  deleteRun,
  findRun,
  linkRunModels,
  logDatasets,
  logMetrics,
  type RunStatus,
  startRun,
  updateRun,
} from '../../tracking/index.ts';
import type { ImportedExperiment } from './import-experiments.ts';
import { count } from './import-report.ts';
import { type Importer, importArtifacts, isImported, markImported } from './importer.ts';
import type { SourceRun } from './source.ts';

const GONE: ReadonlySet<string> = new Set(['LOGGED_MODEL_NOT_FOUND', 'RUN_DELETED', 'RUN_NOT_FOUND']);
const PARENT_TAG = 'mlflow.parentRunId';
const STATUS: Record<string, RunStatus> = {
  RUNNING: 'running',
  SCHEDULED: 'scheduled',
  FINISHED: 'finished',
  FAILED: 'failed',
  KILLED: 'killed',
};

/**
 * Brings the runs of an experiment, those under another after it. A run that had not ended is brought again by the next
 * call.
 */
export async function importRuns(importer: Importer, experiment: ImportedExperiment): Promise<void> {
  let waiting: SourceRun[] = [];
  for await (const run of importer.source.runs(experiment.there.id)) {
    if (run.models.length > 0 && run.lifecycle === 'active')
      importer.links.push({ run: run.id, models: run.models });
    if (await isImported(importer, 'runs', run.id)) count(importer.report.present, 'runs');
    else if (await canStart(importer, run)) await importRun(importer, experiment, run);
    else waiting.push(run);
  }
  while (waiting.length > 0) {
    const still: SourceRun[] = [];
    for (const run of waiting)
      if (await canStart(importer, run)) await importRun(importer, experiment, run);
      else still.push(run);
    // What is left are runs whose parent was not brought at all.
    if (still.length === waiting.length) {
      for (const run of still) await importRun(importer, experiment, run, 'without parent');
      return;
    }
    waiting = still;
  }
}

async function canStart({ context }: Importer, { tags }: SourceRun): Promise<boolean> {
  const parent = tags[PARENT_TAG];
  if (parent === undefined) return true;
  return (await findRun(context.store.database.sql, context.project, parent)) !== undefined;
}

async function importRun(
  importer: Importer,
  { number }: ImportedExperiment,
  run: SourceRun,
  orphan?: 'without parent',
): Promise<void> {
  const { context, source, report } = importer;
  const parent = orphan ? undefined : run.tags[PARENT_TAG];
  const found = await findRun(context.store.database.sql, context.project, run.id);
  if (found?.lifecycle === 'deleted') return markImported(importer, 'runs', run.id);
  await startRun(context, {
    id: run.id,
    experimentNumber: number,
    startedAt: run.startedAt,
    userId: run.userId,
    params: run.params,
    tags: run.tags,
    ...(run.name === '' ? {} : { name: run.name }),
    ...(parent === undefined ? {} : { parent }),
  });
  for await (const points of source.points(run)) {
    await logMetrics(context, run.id, points);
    count(report.imported, 'points', points.length);
  }
  await logDatasets(context, run.id, run.datasets);
  await importArtifacts(importer, run.artifactUri, run.id);
  const status = STATUS[run.status] ?? 'finished';
  await updateRun(context, run.id, { status, endedAt: run.endedAt });
  if (run.lifecycle === 'deleted') await deleteRun(context, run.id);
  if (run.endedAt !== null) await markImported(importer, 'runs', run.id);
}

/** Once the logged models of all experiments are there; links to what was deleted, there or here, are counted. */
export async function linkModels({ context, report, links }: Importer): Promise<void> {
  for (const { run, models } of links)
    for (const { id, direction, step } of models)
      await linkRunModels(context, run, [{ model: id, direction, step }]).catch((error: unknown) => {
        const isGone = AirworthyError.is(error) && GONE.has(error.code);
        if (!isGone) throw error;
        count(report.leftOut, 'links to deleted models');
      });
}
