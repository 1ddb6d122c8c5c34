import type { Project } from '../../project/load-project.ts';
import type { Context } from '../../store/ports.ts';
import { deleteDeleted, importExperiments } from './import-experiments.ts';
import { importLoggedModels } from './import-logged-models.ts';
import { importModels } from './import-models.ts';
import { count, emptyReport, type ImportReport } from './import-report.ts';
import { importRuns, linkModels } from './import-runs.ts';
import { importTraces } from './import-traces.ts';
import type { Importer } from './importer.ts';
import type { MlflowSource } from './source.ts';

/**
 * Brings what an MLflow tracked into the project, with ids and times: experiments, runs with every point, datasets and
 * artifacts, logged models, registered models and prompts, traces. Broken off and called again it goes on; called again
 * after its end it brings what is new. The source is only read.
 *
 * @example
 * await using source = await openMlflowSource('mlruns', {});
 * const { imported, leftOut } = await importMlflow(context, project, source);
 */
export async function importMlflow(
  context: Context,
  { config }: Pick<Project, 'config'>,
  source: MlflowSource,
): Promise<ImportReport> {
  const progress = context.progress.start('importing');
  const importer: Importer = {
    context,
    source,
    config: config.tracking,
    report: emptyReport(source.identity),
    links: [],
    progress,
  };
  try {
    await importAll(importer);
  } finally {
    progress.end();
  }
  return importer.report;
}

async function importAll(importer: Importer): Promise<void> {
  const experiments = await importExperiments(importer);
  for (const experiment of experiments) {
    await importRuns(importer, experiment);
    await importLoggedModels(importer, experiment);
    await importTraces(importer, experiment);
  }
  await linkModels(importer);
  await importModels(importer);
  await deleteDeleted(importer, experiments);
  for (const [kind, number] of Object.entries(await importer.source.leftOut()))
    count(importer.report.leftOut, kind, number);
}
