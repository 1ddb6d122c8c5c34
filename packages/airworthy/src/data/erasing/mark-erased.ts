import type { Kysely } from 'kysely';
import type { Schema } from '../../store/sql/schema.ts';
import { saveErased } from '../stored/save-version.ts';
import { type AffectedVersion, withoutOpenCategories } from './erase-rows.ts';

/** Leaves of a version what says that it was: name, number, digest, columns, lineage; inside a write. */
export function markErased(
  sql: Kysely<Schema>,
  project: string,
  { version, rows, successor }: Pick<AffectedVersion, 'version' | 'rows' | 'successor'>,
  at: number,
): Promise<void> {
  return saveErased(sql, project, {
    ...version,
    schema: withoutOpenCategories(version.schema),
    profile: { rows: version.rows, columns: [] },
    findings: [],
    erased: { at, rows, successor },
  });
}
