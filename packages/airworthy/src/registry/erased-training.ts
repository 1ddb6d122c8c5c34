import type { Kysely } from 'kysely';
import type { Context } from '../store/ports.ts';
import type { Schema } from '../store/sql/schema.ts';
import { currentAliasesOf } from './models/alias-rows.ts';

/** A bundle's run read rows that were erased since. */
export interface ErasedTraining {
  bundle: string;
  /** Id of the erasure. */
  erasure: string;
  /** Digest of the dataset version that had the rows. */
  datasetVersion: string;
  at: number;
}

/** Puts on record which bundles were trained on a dataset version that is erased now, inside a write. */
export async function flagTrained(
  sql: Kysely<Schema>,
  project: string,
  { erasure, datasetVersion, at }: Omit<ErasedTraining, 'bundle'>,
): Promise<void> {
  const bundles = await bundlesTrainedOn(sql, project, [datasetVersion]);
  for (const bundle of bundles)
    await sql
      .insertInto('erased_training')
      .values({ project, bundle, erasure, dataset_version: datasetVersion, at })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

/** What bundles learnt from that is erased now; without bundles, of all. Oldest first. */
export async function findErasedTraining(
  { project, store }: Context,
  bundles?: readonly string[],
): Promise<ErasedTraining[]> {
  if (bundles?.length === 0) return [];
  let query = store.database.sql
    .selectFrom('erased_training')
    .select(['bundle', 'erasure', 'dataset_version as datasetVersion', 'at'])
    .where('project', '=', project)
    .orderBy('at')
    .orderBy('bundle');
  if (bundles !== undefined) query = query.where('bundle', 'in', bundles);
  return (await query.execute()).map((row) => ({ ...row, at: Number(row.at) }));
}

/** A model that learnt from some rows, and where it is now. */
export interface TrainedModel {
  bundle: string;
  run: string;
  /** Where it was registered. */
  versions: { model: string; version: number; aliases: string[] }[];
  /** Endpoints that serve it now. */
  endpoints: string[];
}

/** The bundles whose runs read these dataset versions themselves, by digest: not those made from them. */
export async function trainedModels(
  { project, store }: Context,
  datasetVersions: readonly string[],
): Promise<TrainedModel[]> {
  const { sql } = store.database;
  const bundles = await bundlesTrainedOn(sql, project, datasetVersions);
  return Promise.all(bundles.map((bundle) => describeBundle(sql, project, bundle)));
}

async function bundlesTrainedOn(
  sql: Kysely<Schema>,
  project: string,
  datasetVersions: readonly string[],
): Promise<string[]> {
  if (datasetVersions.length === 0) return [];
  const rows = await sql
    .selectFrom('run_input')
    .innerJoin('bundle', (join) =>
      join.onRef('bundle.project', '=', 'run_input.project').onRef('bundle.run', '=', 'run_input.run'),
    )
    .select('bundle.digest')
    .distinct()
    .where('run_input.project', '=', project)
    .where('run_input.digest', 'in', datasetVersions)
    .orderBy('bundle.digest')
    .execute();
  return rows.map(({ digest }) => digest);
}

async function describeBundle(sql: Kysely<Schema>, project: string, bundle: string): Promise<TrainedModel> {
  const { run } = await sql
    .selectFrom('bundle')
    .select('run')
    .where('project', '=', project)
    .where('digest', '=', bundle)
    .executeTakeFirstOrThrow();
  const versions = await sql
    .selectFrom('model_version')
    .select(['model', 'number'])
    .where('project', '=', project)
    .where('bundle', '=', bundle)
    .orderBy('model')
    .orderBy('number')
    .execute();
  const names = [...new Set(versions.map(({ model }) => model))];
  const aliases = names.length === 0 ? new Map() : await currentAliasesOf(sql, project, names);
  const deployed = await sql
    .selectFrom('deployment')
    .select('endpoint')
    .distinct()
    .where('project', '=', project)
    .where('bundle', '=', bundle)
    .where('ended_at', 'is', null)
    .orderBy('endpoint')
    .execute();
  return {
    ...{ bundle, run, endpoints: deployed.map(({ endpoint }) => endpoint) },
    versions: versions.map(({ model, number }) => ({
      ...{ model, version: number },
      aliases: Object.entries(aliases.get(model) ?? {}).flatMap(([alias, at]) =>
        at === number ? [alias] : [],
      ),
    })),
  };
}
