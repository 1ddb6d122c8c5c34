import type { Selectable } from 'kysely';
import type { Context } from '../store/ports.ts';
import type { DatasetVersionTable } from '../store/sql/schema.ts';
import { getVersion } from './get-version.ts';
import type { DatasetSummary, Finding, VersionSummary } from './schema.ts';

const SHOWN = ['dataset', 'number', 'digest', 'rows', 'findings_json', 'actor', 'created_at'] as const;

/** Datasets by name; of a long list those after a name, so many of them. */
export async function listDatasets(
  context: Context,
  { after, limit }: { after?: string | undefined; limit?: number } = {},
): Promise<DatasetSummary[]> {
  const { sql } = context.store.database;
  let newest = sql
    .selectFrom('dataset_version')
    .select((eb) => ['dataset', eb.fn.countAll().as('versions'), eb.fn.max('number').as('newest')])
    .where('project', '=', context.project)
    .groupBy('dataset')
    .orderBy('dataset');
  if (after !== undefined) newest = newest.where('dataset', '>', after);
  if (limit !== undefined) newest = newest.limit(limit);
  const rows = await sql
    .selectFrom(newest.as('listed'))
    .innerJoin('dataset_version', (join) =>
      join
        .onRef('dataset_version.dataset', '=', 'listed.dataset')
        .onRef('dataset_version.number', '=', 'listed.newest'),
    )
    .select(['listed.versions', ...SHOWN.map((column) => `dataset_version.${column}` as const)])
    .where('dataset_version.project', '=', context.project)
    .orderBy('listed.dataset')
    .execute();
  return rows.map(({ versions, ...latest }) => ({
    name: latest.dataset,
    versions: Number(versions),
    latest: summarise(latest),
  }));
}

/**
 * The versions of a dataset, newest first; of a long list those before a number, so many of them. Throws
 * DATASET_NOT_FOUND where there is no dataset of that name.
 */
export async function listVersions(
  context: Context,
  name: string,
  { before, limit }: { before?: number | undefined; limit?: number } = {},
): Promise<VersionSummary[]> {
  await getVersion(context, name);
  let query = context.store.database.sql
    .selectFrom('dataset_version')
    .select(SHOWN)
    .where('project', '=', context.project)
    .where('dataset', '=', name)
    .orderBy('number', 'desc');
  if (before !== undefined) query = query.where('number', '<', before);
  if (limit !== undefined) query = query.limit(limit);
  return (await query.execute()).map(summarise);
}

/** The versions that have these digests; digests of something else are left out. */
export async function findVersions(context: Context, digests: readonly string[]): Promise<VersionSummary[]> {
  if (digests.length === 0) return [];
  const rows = await context.store.database.sql
    .selectFrom('dataset_version')
    .select(SHOWN)
    .where('project', '=', context.project)
    .where('digest', 'in', digests)
    .orderBy('dataset')
    .orderBy('number')
    .execute();
  return rows.map(summarise);
}

function summarise(row: Pick<Selectable<DatasetVersionTable>, (typeof SHOWN)[number]>): VersionSummary {
  const findings: Finding[] = JSON.parse(row.findings_json);
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of findings) counts[severity]++;
  return {
    dataset: row.dataset,
    number: row.number,
    digest: row.digest,
    rows: Number(row.rows),
    findings: counts,
    actor: row.actor,
    createdAt: Number(row.created_at),
  };
}
