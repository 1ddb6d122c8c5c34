import type { Context } from '../store/ports.ts';
import { getVersion } from './get-version.ts';

/** A dataset in a list, with its newest version. */
export interface DatasetSummary {
  name: string;
  versions: number;
  latest: VersionSummary;
}

export interface VersionSummary {
  number: number;
  digest: string;
  rows: number;
  createdAt: number;
}

export async function listDatasets(context: Context): Promise<DatasetSummary[]> {
  const rows = await context.store.database.sql
    .selectFrom('dataset_version')
    .select(['dataset', 'number', 'digest', 'rows', 'created_at'])
    .where('project', '=', context.project)
    .orderBy('dataset')
    .orderBy('number')
    .execute();
  const groups = Map.groupBy(rows, (row) => row.dataset);
  return [...groups].map(([name, versions]) => ({
    name,
    versions: versions.length,
    latest: summarise(versions[versions.length - 1]),
  }));
}

/** The versions of a dataset, newest first. Throws DATASET_NOT_FOUND where there is none of that name. */
export async function listVersions(context: Context, name: string): Promise<VersionSummary[]> {
  await getVersion(context, name);
  const rows = await context.store.database.sql
    .selectFrom('dataset_version')
    .select(['number', 'digest', 'rows', 'created_at'])
    .where('project', '=', context.project)
    .where('dataset', '=', name)
    .orderBy('number', 'desc')
    .execute();
  return rows.map(summarise);
}

function summarise(row: {
  number: number;
  digest: string;
  rows: number;
  created_at: number;
}): VersionSummary {
  return {
    number: row.number,
    digest: row.digest,
    rows: Number(row.rows),
    createdAt: Number(row.created_at),
  };
}
