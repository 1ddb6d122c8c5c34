import type { Context } from '../store/ports.ts';
import type { Split } from './schema.ts';

/** Every split of a version (by digest), oldest first. */
export async function listSplits(context: Context, version: string): Promise<Split[]> {
  const rows = await context.store.database.sql
    .selectFrom('split')
    .selectAll()
    .where('project', '=', context.project)
    .where('dataset_version', '=', version)
    .orderBy('created_at')
    .orderBy('digest')
    .execute();
  return rows.map((row) => {
    const { train, test, ...others } = JSON.parse(row.counts_json) as Split['roles'] &
      Pick<Split, 'excluded' | 'groups'>;
    const spec = JSON.parse(row.spec_json) as Split['spec'];
    return { digest: row.digest, version, spec, roles: { train, test }, ...others, blob: row.blob };
  });
}
