import type { SourceRecord } from '../../data/index.ts';
import { contentKey, sha256 } from '../../kernel/ids.ts';
import { flightModel, writeRelease } from '../../serving/testing/write-bundle.ts';
import type { Context } from '../../store/ports.ts';
import { startRun } from '../../tracking/index.ts';

interface VersionToAdd extends Partial<Pick<SourceRecord, 'source' | 'files'>> {
  dataset: string;
  number?: number;
  madeFrom?: readonly string[];
}

/** Puts a dataset version of ten rows on record, as others may be made from it; returns its digest. */
export async function addVersion(context: Context, version: VersionToAdd): Promise<string> {
  const { dataset, number = 1, source = [], files = [], madeFrom = [] } = version;
  const digest = contentKey({ dataset, number });
  const record = { recipe: '', source, format: 'csv', files, rowsRead: 10, filters: [] };
  const texts = { schema_json: '{}', profile_json: '{}', findings_json: '[]', blob: '', actor: 'local' };
  const row = { project: context.project, dataset, digest, number, rows: 10, ...texts };
  await context.store.database.write((sql) =>
    sql
      .insertInto('dataset_version')
      .values({
        ...row,
        source_json: JSON.stringify(record),
        made_from_json: JSON.stringify(madeFrom),
        created_at: number,
      })
      .execute(),
  );
  return digest;
}

interface ModelToAdd {
  /** Tells models apart. */
  intercept?: number;
  /** Digests of the dataset versions its run read. */
  read: readonly string[];
  /** Where it is put on record as serving. */
  endpoint?: string;
}

/** Registers a model version with the run it came from; returns its release. */
export async function addModel(context: Context, { intercept = 0, read, endpoint }: ModelToAdd) {
  const release = await writeRelease(context, flightModel(intercept));
  const run = sha256(release.bundle).slice(0, 32);
  const inputs = read.map((digest) => ({ kind: 'dataset-version', digest }));
  await startRun(context, { id: run, experiment: 'test', name: 'training', inputs });
  if (endpoint !== undefined) {
    const deployment = { project: context.project, id: endpoint, endpoint, arm: 'champion' };
    const times = { started_at: 0, ended_at: null };
    await context.store.database.write((sql) =>
      sql
        .insertInto('deployment')
        .values({ ...deployment, ...release, ...times, actor: 'local', reason: '' })
        .execute(),
    );
  }
  return release;
}
