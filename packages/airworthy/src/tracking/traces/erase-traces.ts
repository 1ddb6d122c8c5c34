import type { Kysely } from 'kysely';
import type { Context } from '../../store/ports.ts';
import type { Schema } from '../../store/sql/schema.ts';
import { deleteTraceRows } from './delete-traces.ts';
import { toMlflowTraceId } from './trace-rows.ts';

/** What of traces is gone. */
export interface ErasedTraces {
  traces: number;
  spans: number;
  assessments: number;
  /** Digests of what was attached to them; other records may name them too. */
  blobs: string[];
}

const PAGE = 1_000;

/** Ids of the traces that name a person, by pseudonym: as a whole or in any span. Page by page. */
export async function* tracesOf(context: Context, subject: string): AsyncGenerator<string[]> {
  for (const [table, column] of [
    ['trace', 'id'],
    ['span', 'trace'],
  ] as const) {
    for (let after = ''; ; ) {
      const rows = await context.store.database.sql
        .selectFrom(table)
        .select(`${column} as id` as 'id')
        .distinct()
        .where('project', '=', context.project)
        .where('subject', '=', subject)
        .where(column as 'id', '>', after)
        .orderBy(column as 'id')
        .limit(PAGE)
        .execute();
      if (rows.length > 0) yield rows.map(({ id }) => id);
      if (rows.length < PAGE) break;
      after = rows[rows.length - 1].id;
    }
  }
}

/** Ids of traces that began before a moment, in ms since the epoch: the oldest, so many. */
export async function tracesBefore(context: Context, before: number, most = PAGE): Promise<string[]> {
  const rows = await context.store.database.sql
    .selectFrom('trace')
    .select('id')
    .where('project', '=', context.project)
    .where('started_us', '<', before * 1_000)
    .orderBy('started_us')
    .orderBy('id')
    .limit(most)
    .execute();
  return rows.map(({ id }) => id);
}

/** Deletes traces with all that belongs to them, inside a write; those that are gone already are fine. */
export async function eraseTraces(
  sql: Kysely<Schema>,
  project: string,
  ids: readonly string[],
): Promise<ErasedTraces> {
  const owners = ids.map(toMlflowTraceId);
  const attached = await sql
    .deleteFrom('artifact')
    .where('project', '=', project)
    .where('owner', 'in', owners)
    .returning('digest')
    .execute();
  const deleted = await deleteTraceRows(sql, project, ids);
  return {
    traces: deleted.trace,
    spans: deleted.span,
    assessments: deleted.assessment,
    blobs: attached.map(({ digest }) => digest),
  };
}
