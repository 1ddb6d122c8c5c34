import type { Context } from '../../store/ports.ts';
import type { PendingLabel } from './label-heap.ts';

/** Ids a query. */
const CHUNK = 500;

/** Of labels on their way, those of requests that were answered: the others were refused, and nobody labels them. */
export async function findKnown(
  { project, store }: Context,
  labels: readonly PendingLabel[],
): Promise<PendingLabel[]> {
  const known: PendingLabel[] = [];
  for (let from = 0; from < labels.length; from += CHUNK) {
    const chunk = labels.slice(from, from + CHUNK);
    const rows = await store.database.sql
      .selectFrom('prediction')
      .select('id')
      .where('project', '=', project)
      .where(
        'id',
        'in',
        chunk.map((label) => label.prediction),
      )
      .execute();
    const ids = new Set(rows.map((row) => row.id));
    known.push(...chunk.filter((label) => ids.has(label.prediction)));
  }
  return known;
}
