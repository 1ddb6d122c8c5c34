import type { Kysely } from 'kysely';
import { sql as raw } from 'kysely';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Schema } from '../../store/sql/schema.ts';
import type { Artifact } from '../schema.ts';
import type { ArtifactLocation } from './artifact-location.ts';

/**
 * Writes an artifact down, replacing what was at its path. Throws ARTIFACT_PATH_TAKEN where a file would have to be a
 * folder too: a client that fetches both could keep only one.
 */
export async function recordArtifact(
  sql: Kysely<Schema>,
  project: string,
  owner: string,
  { path, digest, size }: Artifact,
): Promise<void> {
  const taken = await findInTheWay(sql, project, { owner, path });
  if (taken !== undefined) {
    throw new AirworthyError('ARTIFACT_PATH_TAKEN', {
      message: `"${path}" cannot be kept beside "${taken}": one of them would be a file and a folder`,
      at: 'path',
    });
  }
  await sql
    .insertInto('artifact')
    .values({ project, owner, path, digest, size })
    .onConflict((conflict) => conflict.columns(['project', 'owner', 'path']).doUpdateSet({ digest, size }))
    .execute();
}

/** The artifacts below a folder, or all of an owner. */
export function artifactsBelow(sql: Kysely<Schema>, project: string, { owner, path }: ArtifactLocation) {
  const query = sql.selectFrom('artifact').where('project', '=', project).where('owner', '=', owner);
  return path === '' ? query : query.where(isBelow(path));
}

/** Both databases compare by bytes, and `0` is the one after `/`: a range of the index, however many artifacts there are. */
export function isBelow(folder: string) {
  return raw<boolean>`(path > ${`${folder}/`} AND path < ${`${folder}0`})`;
}

async function findInTheWay(
  sql: Kysely<Schema>,
  project: string,
  { owner, path }: ArtifactLocation,
): Promise<string | undefined> {
  const parts = path.split('/');
  const folders = parts.slice(1).map((_part, index) => parts.slice(0, index + 1).join('/'));
  const query = sql
    .selectFrom('artifact')
    .select('path')
    .where('project', '=', project)
    .where('owner', '=', owner);
  const above =
    folders.length > 0 ? await query.where('path', 'in', folders).limit(1).executeTakeFirst() : undefined;
  if (above) return above.path;
  return (await query.where(isBelow(path)).limit(1).executeTakeFirst())?.path;
}
