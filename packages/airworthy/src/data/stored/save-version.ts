import type { Kysely } from 'kysely';
import type { Context } from '../../store/ports.ts';
import type { Schema } from '../../store/sql/schema.ts';
import type { DatasetVersion } from '../schema.ts';

/**
 * Records a version in one write. Content that the dataset already has keeps its number and time; what was found in it
 * by the newest recipe replaces what an earlier one found. `read`: what its files looked like, for a version that was
 * read from files.
 */
export async function saveVersion(
  context: Context,
  version: DatasetVersion,
  read?: { recipe: string; stamps: string },
): Promise<{ version: DatasetVersion; known: boolean }> {
  const { project } = context;
  return context.store.database.write(async (sql) => {
    await sql
      .insertInto('dataset')
      .values({ project, name: version.dataset, created_at: version.createdAt })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const known = await knownVersion(sql, project, version);
    const number = known?.number ?? (await nextNumber(sql, project, version.dataset));
    const saved: DatasetVersion = { ...version, number, ...known };
    const row = toRow(project, saved);
    await sql
      .insertInto('dataset_version')
      .values(row)
      .onConflict((conflict) => conflict.columns(['project', 'dataset', 'digest']).doUpdateSet(row))
      .execute();
    if (read) await rememberFiles(sql, project, saved.digest, read);
    return { version: saved, known: known !== undefined };
  });
}

async function rememberFiles(
  sql: Kysely<Schema>,
  project: string,
  digest: string,
  { recipe, stamps }: { recipe: string; stamps: string },
): Promise<void> {
  const source = { project, recipe, stat_json: JSON.stringify(stamps), digest };
  await sql
    .insertInto('source_file')
    .values(source)
    .onConflict((conflict) => conflict.columns(['project', 'recipe']).doUpdateSet(source))
    .execute();
}

async function knownVersion(
  sql: Kysely<Schema>,
  project: string,
  { dataset, digest }: DatasetVersion,
): Promise<Pick<DatasetVersion, 'number' | 'actor' | 'createdAt'> | undefined> {
  const row = await sql
    .selectFrom('dataset_version')
    .select(['number', 'actor', 'created_at'])
    .where('project', '=', project)
    .where('dataset', '=', dataset)
    .where('digest', '=', digest)
    .executeTakeFirst();
  return row && { number: row.number, actor: row.actor, createdAt: Number(row.created_at) };
}

async function nextNumber(sql: Kysely<Schema>, project: string, dataset: string): Promise<number> {
  const row = await sql
    .selectFrom('dataset_version')
    .select((select) => select.fn.max('number').as('number'))
    .where('project', '=', project)
    .where('dataset', '=', dataset)
    .executeTakeFirst();
  return Number(row?.number ?? 0) + 1;
}

function toRow(project: string, version: DatasetVersion): Schema['dataset_version'] {
  return {
    project,
    dataset: version.dataset,
    digest: version.digest,
    number: version.number,
    rows: version.rows,
    schema_json: JSON.stringify(version.schema),
    source_json: JSON.stringify(version.source),
    profile_json: JSON.stringify(version.profile),
    findings_json: JSON.stringify(version.findings),
    made_from_json: JSON.stringify(version.madeFrom),
    blob: version.blob,
    actor: version.actor,
    created_at: version.createdAt,
    erased_json: version.erased === undefined ? null : JSON.stringify(version.erased),
  };
}

/** Puts what is left of an erased version in its place, inside a write. */
export async function saveErased(
  sql: Kysely<Schema>,
  project: string,
  version: DatasetVersion,
): Promise<void> {
  await sql
    .updateTable('dataset_version')
    .set(toRow(project, version))
    .where('project', '=', project)
    .where('dataset', '=', version.dataset)
    .where('digest', '=', version.digest)
    .execute();
}

export function fromRow(row: Schema['dataset_version']): DatasetVersion {
  return {
    dataset: row.dataset,
    number: row.number,
    digest: row.digest,
    rows: Number(row.rows),
    schema: JSON.parse(row.schema_json),
    source: JSON.parse(row.source_json),
    profile: JSON.parse(row.profile_json),
    findings: JSON.parse(row.findings_json),
    madeFrom: JSON.parse(row.made_from_json),
    blob: row.blob,
    actor: row.actor,
    createdAt: Number(row.created_at),
    ...(row.erased_json === null ? {} : { erased: JSON.parse(row.erased_json) }),
  };
}
