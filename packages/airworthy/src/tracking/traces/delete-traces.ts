import type { Kysely } from 'kysely';
import type { Context } from '../../store/ports.ts';
import type { Schema } from '../../store/sql/schema.ts';

export interface DeleteTraces {
  experiment: number;
  /** These; or else the oldest that began at or before `until`, in ms since the epoch, at most so many. */
  ids?: readonly string[];
  until?: number;
  most?: number;
}

/** Ids in one statement. */
const CHUNK = 100;
const PARTS = ['span', 'covered_span', 'trace_tag', 'trace_metadata', 'trace_run', 'assessment'] as const;

/** Deletes traces of an experiment with all that belongs to them; says how many there were. */
export async function deleteTraces(
  context: Context,
  { experiment, ids, until, most }: DeleteTraces,
): Promise<number> {
  const { project, store } = context;
  let query = store.database.sql
    .selectFrom('trace')
    .select('id')
    .where('project', '=', project)
    .where('experiment', '=', experiment);
  if (ids !== undefined) query = query.where('id', 'in', [...ids]);
  if (until !== undefined) query = query.where('started_us', '<', (until + 1) * 1_000);
  if (most !== undefined) query = query.limit(most);
  const found = (await query.orderBy('started_us').orderBy('id').execute()).map(({ id }) => id);
  for (let start = 0; start < found.length; start += CHUNK) {
    const chunk = found.slice(start, start + CHUNK);
    await store.database.write((sql) => deleteTraceRows(sql, project, chunk));
  }
  return found.length;
}

/** Deletes traces by id, inside a write; says how many rows of what there were. */
export async function deleteTraceRows(
  sql: Kysely<Schema>,
  project: string,
  ids: readonly string[],
): Promise<Record<(typeof PARTS)[number] | 'trace', number>> {
  const deleted = {
    trace: 0,
    span: 0,
    covered_span: 0,
    trace_tag: 0,
    trace_metadata: 0,
    trace_run: 0,
    assessment: 0,
  };
  for (const part of PARTS) {
    const rows = sql.deleteFrom(part).where('project', '=', project).where('trace', 'in', ids);
    deleted[part] = Number((await rows.executeTakeFirst()).numDeletedRows);
  }
  const traces = sql.deleteFrom('trace').where('project', '=', project).where('id', 'in', ids);
  deleted.trace = Number((await traces.executeTakeFirst()).numDeletedRows);
  return deleted;
}
