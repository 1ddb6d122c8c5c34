import type { Context } from '../store/ports.ts';
import type { LabelTable } from '../store/sql/schema.ts';

/** Labels of an endpoint by state. */
export async function countLabels(
  { project, store }: Context,
  endpoint: string,
): Promise<Record<LabelTable['state'], number>> {
  const rows = await store.database.sql
    .selectFrom('label')
    .select((select) => ['state', select.fn.countAll<number>().as('labels')])
    .where('project', '=', project)
    .where('endpoint', '=', endpoint)
    .groupBy('state')
    .execute();
  const counts = { matched: 0, waiting: 0, expired: 0 };
  for (const { state, labels } of rows) counts[state] = Number(labels);
  return counts;
}
