import type { Kysely, Selectable } from 'kysely';
import { newId } from '../../kernel/ids.ts';
import type { Context } from '../../store/ports.ts';
import type { ErasureTable } from '../../store/sql/erasure-tables.ts';
import type { Schema } from '../../store/sql/schema.ts';
import type { Pseudonym } from '../../tracking/index.ts';
import type { ErasureItem } from './schema.ts';

export type ErasureRow = Selectable<ErasureTable>;
/** Tells whose erasure it was to who knows the person and has the key, and not that two were of the same person. */
export function commitmentOf(pseudonym: Pseudonym, erasure: string, subject: string): string {
  return pseudonym(`erasure ${erasure} of ${subject}`);
}

/** The person’s erasure that is under way, else a new one. */
export async function beginErasure(
  context: Context,
  pseudonym: Pseudonym,
  { subject, reason }: { subject: string; reason: string },
): Promise<ErasureRow> {
  const { project, actor, clock, store } = context;
  return store.database.write(async (sql) => {
    const open = await sql
      .selectFrom('erasure')
      .selectAll()
      .where('project', '=', project)
      .where('state', '<>', 'done')
      .execute();
    const own = open.find(({ id, commitment }) => commitment === commitmentOf(pseudonym, id, subject));
    if (own) return own;
    const id = newId();
    const row: ErasureRow = {
      ...{ project, id, subject, commitment: commitmentOf(pseudonym, id, subject), actor, reason },
      ...{ state: 'collecting', started_at: clock.now(), ended_at: null, receipt: null },
    };
    await sql.insertInto('erasure').values(row).execute();
    return row;
  });
}

export async function changeErasure(
  sql: Kysely<Schema>,
  { project, id }: Pick<ErasureRow, 'project' | 'id'>,
  change: Partial<ErasureRow>,
): Promise<void> {
  await sql.updateTable('erasure').set(change).where('project', '=', project).where('id', '=', id).execute();
}

/** Newest first; of a long list those before a moment. */
export async function listErasures(
  { project, store }: Context,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<ErasureItem[]> {
  let query = store.database.sql
    .selectFrom('erasure')
    .selectAll()
    .where('project', '=', project)
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  if (before !== undefined) query = query.where('started_at', '<', before);
  return (await query.execute()).map((row) => ({
    ...{ id: row.id, state: row.state, actor: row.actor, reason: row.reason },
    ...{ startedAt: Number(row.started_at), endedAt: row.ended_at === null ? null : Number(row.ended_at) },
  }));
}
