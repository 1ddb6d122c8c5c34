import { AirworthyError } from '../../kernel/errors.ts';
import type { ProgressTask } from '../../kernel/progress.ts';
import type { Context } from '../../store/ports.ts';
import { putArtifact, type TrackingConfig } from '../../tracking/index.ts';
import { count, type ImportReport } from './import-report.ts';
import type { MlflowSource, SourceRun } from './source.ts';

/** An import under way. */
export interface Importer {
  context: Context;
  source: MlflowSource;
  config: TrackingConfig;
  report: ImportReport;
  /** The logged models of runs, to be linked when all models are there. */
  links: { run: string; models: SourceRun['models'] }[];
  progress: ProgressTask;
}

/** Was this brought whole by a call before? */
export async function isImported({ context, source }: Importer, kind: string, id: string): Promise<boolean> {
  const row = await context.store.database.sql
    .selectFrom('imported_item')
    .select('id')
    .where('project', '=', context.project)
    .where('source', '=', source.identity)
    .where('kind', '=', kind)
    .where('id', '=', id)
    .executeTakeFirst();
  return row !== undefined;
}

/** The ids of a kind that were brought. */
export async function listImported({ context, source }: Importer, kind: string): Promise<string[]> {
  const rows = await context.store.database.sql
    .selectFrom('imported_item')
    .select('id')
    .where('project', '=', context.project)
    .where('source', '=', source.identity)
    .where('kind', '=', kind)
    .execute();
  return rows.map(({ id }) => id);
}

export async function markImported(importer: Importer, kind: string, id: string): Promise<void> {
  const { context, source, report, progress } = importer;
  const row = { project: context.project, source: source.identity, kind, id };
  await context.store.database.write((sql) =>
    sql
      .insertInto('imported_item')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
  count(report.imported, kind);
  progress.advance(1, `${kind} ${id}`);
  context.signal?.throwIfAborted();
}

/** Brings the files at an address to an owner here (a run, a logged model); those that cannot be read are counted. */
export async function importArtifacts(importer: Importer, uri: string, owner: string): Promise<void> {
  const { context, source, report } = importer;
  try {
    for await (const artifact of source.artifacts(uri)) {
      await putArtifact(context, { owner, path: artifact.path }, await artifact.open());
      count(report.imported, 'artifacts');
    }
  } catch (error) {
    if (!AirworthyError.is(error) || error.code !== 'ARTIFACTS_UNREACHABLE') throw error;
    count(report.leftOut, 'folders of artifacts out of reach');
  }
}
