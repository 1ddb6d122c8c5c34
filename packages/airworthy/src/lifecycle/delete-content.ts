import { contentInUse } from '../data/index.ts';
import type { Context } from '../store/ports.ts';

/** Deletes content, by digest, that no record names any more. */
export async function deleteContent(
  context: Context,
  digests: AsyncIterable<readonly string[]>,
): Promise<void> {
  let used: ReadonlySet<string> | undefined;
  for await (const page of digests)
    for (const digest of page) {
      used ??= await contentInUse(context);
      if (!used.has(digest) && !(await isNamed(context, digest))) await context.store.blobs.delete(digest);
    }
}

/** Do artifacts, files of runs or reference profiles have that content, of whatever project? */
async function isNamed({ store: { database } }: Context, digest: string): Promise<boolean> {
  const { sql } = database;
  const found = await Promise.all([
    sql.selectFrom('artifact').select('digest').where('digest', '=', digest).limit(1).execute(),
    sql.selectFrom('run_file').select('digest').where('digest', '=', digest).limit(1).execute(),
    sql.selectFrom('accepted_reference').select('blob').where('blob', '=', digest).limit(1).execute(),
  ]);
  return found.some((rows) => rows.length > 0);
}
