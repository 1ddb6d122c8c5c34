import type { Context } from '../store/ports.ts';

/**
 * Up to which moment an endpoint's predictions have the labels that are to be expected: the end of the latest day that
 * has matured; null while none has. What is younger would be judged by those labels alone that come fast.
 */
export async function readMaturedTo(context: Context, endpoint: string): Promise<number | null> {
  const row = await context.store.database.sql
    .selectFrom('window_report')
    .select((select) => select.fn.max('ended_at').as('end'))
    .where('project', '=', context.project)
    .where('endpoint', '=', endpoint)
    .where('kind', '=', 'matured')
    .where('width', '=', 'day')
    .executeTakeFirst();
  return row?.end == null ? null : Number(row.end);
}
