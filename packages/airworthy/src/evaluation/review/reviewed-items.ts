import type { Context } from '../../store/ports.ts';
import { payloadOf, toAnnotation } from './queue-rows.ts';
import type { Adjudication, Annotation, Answers } from './schema.ts';
import type { StoredPayload } from './stored-payload.ts';

/** An item with all that was submitted about it. */
export interface ReviewedItem {
  id: string;
  position: number;
  state: 'open' | 'done' | 'adjudicated';
  payload: StoredPayload;
  probability: number;
  /** What is right; null where the item is no gold. */
  gold: Answers | null;
  annotations: Annotation[];
  adjudication: Adjudication | undefined;
}

const PAGE = 1_000;

/** All items of a queue by position, a page at a time, with their submitted and discarded annotations. */
export async function* reviewedItems(context: Context, queue: string): AsyncGenerator<ReviewedItem> {
  for (let after = -1; ; ) {
    context.signal?.throwIfAborted();
    const page = await readPage(context, queue, { after, limit: PAGE });
    yield* page;
    if (page.length < PAGE) return;
    after = page[page.length - 1].position;
  }
}

export async function readPage(
  { project, store }: Context,
  queue: string,
  {
    after,
    limit,
    state,
    asked,
  }: { after: number; limit: number; state?: ReviewedItem['state'] | undefined; asked?: true },
): Promise<ReviewedItem[]> {
  const { sql } = store.database;
  let query = sql
    .selectFrom('queue_item')
    .selectAll()
    .where('project', '=', project)
    .where('queue', '=', queue)
    .where('position', '>', after)
    .orderBy('position')
    .limit(limit);
  if (state !== undefined) query = query.where('state', '=', state);
  if (asked) query = query.where('gold_json', 'is', null);
  const items = await query.execute();
  if (items.length === 0) return [];
  const annotations = await sql
    .selectFrom('annotation')
    .selectAll()
    .where('project', '=', project)
    .where('queue', '=', queue)
    .where(
      'item',
      'in',
      items.map(({ id }) => id),
    )
    .where('state', '<>', 'draft')
    .orderBy('item')
    .orderBy('reviewer')
    .execute();
  const byItem = Map.groupBy(annotations.map(toAnnotation), ({ item }) => item);
  return items.map((row) => ({
    ...{
      id: row.id,
      position: row.position,
      state: row.state,
      payload: payloadOf(row),
      probability: row.probability,
    },
    gold: row.gold_json === null ? null : JSON.parse(row.gold_json),
    annotations: byItem.get(row.id) ?? [],
    adjudication: row.adjudication_json === null ? undefined : JSON.parse(row.adjudication_json),
  }));
}

/** What was submitted; discards are no answers. */
export function submittedAnswers({ annotations }: ReviewedItem): Answers[] {
  return annotations.filter(({ state }) => state === 'submitted').map(({ answers }) => answers);
}
