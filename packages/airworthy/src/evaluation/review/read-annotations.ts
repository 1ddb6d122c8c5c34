import type { Context } from '../../store/ports.ts';
import { annotationsOf, requireItem, requireQueue } from './queue-rows.ts';
import type { Adjudication, ItemAnnotations } from './schema.ts';

/**
 * What was said of an item, as far as it may be seen. A reviewer sees the others once they have answered themselves; without
 * a reviewer everything is shown of items that need no more answers. What others say must not lead who is still to answer.
 *
 * @throws REVIEW_QUEUE_NOT_FOUND, QUEUE_ITEM_NOT_FOUND
 */
export async function readAnnotations(
  context: Context,
  { queue, item: id, reviewer }: { queue: string; item: string; reviewer?: string | undefined },
): Promise<ItemAnnotations> {
  const { sql } = context.store.database;
  await requireQueue(context, sql, queue);
  const item = await requireItem(context, sql, queue, id);
  const all = await annotationsOf(context, sql, { queue, item: id });
  const own = all.filter((annotation) => annotation.reviewer === reviewer);
  const open = reviewer === undefined ? item.state !== 'open' : own.some(({ state }) => state !== 'draft');
  const submitted = all.filter(({ state, reviewer: other }) => state !== 'draft' || other === reviewer);
  const adjudication: Adjudication | null =
    open && item.adjudication_json !== null ? JSON.parse(item.adjudication_json) : null;
  return {
    ...{ item: id, state: item.state, hidden: !open },
    annotations: open ? submitted : own,
    adjudication,
  };
}
