import type { Context } from '../../store/ports.ts';
import type { DatasetSummary, RunDataset } from './schema.ts';

/** What some runs read, by run; runs that read nothing are left out. */
export async function listRunDatasets(
  { store, project }: Context,
  runs: readonly string[],
): Promise<ReadonlyMap<string, RunDataset[]>> {
  if (runs.length === 0) return new Map();
  const rows = await store.database.sql
    .selectFrom('run_dataset')
    .innerJoin('run', (join) =>
      join.onRef('run.project', '=', 'run_dataset.project').onRef('run.id', '=', 'run_dataset.run'),
    )
    .innerJoin('experiment', (join) =>
      join.onRef('experiment.project', '=', 'run.project').onRef('experiment.name', '=', 'run.experiment'),
    )
    .innerJoin('logged_dataset', (join) =>
      join
        .onRef('logged_dataset.project', '=', 'run_dataset.project')
        .onRef('logged_dataset.experiment', '=', 'experiment.number')
        .onRef('logged_dataset.name', '=', 'run_dataset.name')
        .onRef('logged_dataset.digest', '=', 'run_dataset.digest'),
    )
    .selectAll('logged_dataset')
    .select(['run_dataset.run', 'run_dataset.tags_json'])
    .where('run_dataset.project', '=', project)
    .where('run_dataset.run', 'in', runs)
    .orderBy('run_dataset.name')
    .orderBy('run_dataset.digest')
    .execute();
  const grouped = Map.groupBy(rows, (row) => row.run);
  return new Map(
    [...grouped].map(([run, ofRun]) => [
      run,
      ofRun.map((row) => ({
        name: row.name,
        digest: row.digest,
        sourceType: row.source_type,
        source: row.source,
        schema: row.schema_text,
        profile: row.profile_text,
        tags: JSON.parse(row.tags_json),
      })),
    ]),
  );
}

const MOST_SUMMARIES = 1_000;

/** The datasets that runs of some experiments read, each once for every use. */
export async function searchDatasets(
  { store, project }: Context,
  experiments: readonly number[],
): Promise<DatasetSummary[]> {
  if (experiments.length === 0) return [];
  const rows = await store.database.sql
    .selectFrom('run_dataset')
    .innerJoin('run', (join) =>
      join.onRef('run.project', '=', 'run_dataset.project').onRef('run.id', '=', 'run_dataset.run'),
    )
    .innerJoin('experiment', (join) =>
      join.onRef('experiment.project', '=', 'run.project').onRef('experiment.name', '=', 'run.experiment'),
    )
    .select(['experiment.number', 'run_dataset.name', 'run_dataset.digest', 'run_dataset.context'])
    .distinct()
    .where('run_dataset.project', '=', project)
    .where('experiment.number', 'in', experiments)
    .orderBy('experiment.number')
    .orderBy('run_dataset.name')
    .orderBy('run_dataset.digest')
    .orderBy('run_dataset.context')
    .limit(MOST_SUMMARIES)
    .execute();
  return rows.map(({ number, name, digest, context }) => ({ experiment: number, name, digest, context }));
}
