import type { Kysely } from 'kysely';
import { checkInput } from '../../kernel/check-input.ts';
import type { Context } from '../../store/ports.ts';
import type { Schema } from '../../store/sql/schema.ts';
import {
  annotationsOf,
  type ItemRow,
  payloadOf,
  requireItem,
  requireOpen,
  requireQueue,
} from './queue-rows.ts';
import { type HeldItem, ReviewerName, type ReviewQueue } from './schema.ts';
import { showItem } from './stored-payload.ts';

export interface NextItem {
  queue: string;
  reviewer: string;
  /** An item to give back and come to later. */
  skip?: string | undefined;
}

/**
 * Hands a reviewer the next item: the one they hold already, else the first that they have not answered and that has not
 * enough reviewers yet, those who hold it now counted in. It is theirs until the lease ends; undefined where there is nothing
 * to do. Two reviewers who ask at once never fill the same last place.
 *
 * @throws REVIEW_QUEUE_NOT_FOUND, REVIEW_QUEUE_CLOSED, QUEUE_ITEM_NOT_FOUND
 */
export async function nextReviewItem(
  context: Context,
  { queue: name, reviewer: given, skip }: NextItem,
): Promise<HeldItem | undefined> {
  const reviewer = checkInput('nextReviewItem', ReviewerName, given);
  return context.store.database.write(async (sql) => {
    const queue = await requireQueue(context, sql, name);
    requireOpen(queue);
    const who = { queue, reviewer, now: context.clock.now() };
    const skipped = skip === undefined ? undefined : await requireItem(context, sql, name, skip);
    if (skipped) await endLease(context, sql, { queue: name, item: skipped.id, reviewer });
    const row =
      (await heldItem(context, sql, who)) ??
      (skipped && (await freeItem(context, sql, who, skipped.position))) ??
      (await freeItem(context, sql, who, -1));
    return row && hold(context, sql, who, row);
  });
}

interface Asker {
  queue: ReviewQueue;
  reviewer: string;
  now: number;
}

export async function endLease(
  { project }: Context,
  sql: Kysely<Schema>,
  { queue, item, reviewer }: { queue: string; item: string; reviewer: string },
): Promise<void> {
  await sql
    .deleteFrom('review_lease')
    .where('project', '=', project)
    .where('queue', '=', queue)
    .where('item', '=', item)
    .where('reviewer', '=', reviewer)
    .execute();
}

async function heldItem(
  { project }: Context,
  sql: Kysely<Schema>,
  { queue, reviewer, now }: Asker,
): Promise<ItemRow | undefined> {
  return sql
    .selectFrom('review_lease as lease')
    .innerJoin('queue_item as item', (join) =>
      join
        .onRef('item.project', '=', 'lease.project')
        .onRef('item.queue', '=', 'lease.queue')
        .onRef('item.id', '=', 'lease.item'),
    )
    .selectAll('item')
    .where('lease.project', '=', project)
    .where('lease.queue', '=', queue.name)
    .where('lease.reviewer', '=', reviewer)
    .where('lease.expires_at', '>', now)
    .where('item.state', '=', 'open')
    .orderBy('item.position')
    .limit(1)
    .executeTakeFirst();
}

/** Gold items are for everyone, and never done. */
async function freeItem(
  { project }: Context,
  sql: Kysely<Schema>,
  { queue, reviewer, now }: Asker,
  after: number,
): Promise<ItemRow | undefined> {
  return sql
    .selectFrom('queue_item as item')
    .selectAll('item')
    .where('item.project', '=', project)
    .where('item.queue', '=', queue.name)
    .where('item.state', '=', 'open')
    .where('item.position', '>', after)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('annotation as own')
            .select('own.item')
            .whereRef('own.project', '=', 'item.project')
            .whereRef('own.queue', '=', 'item.queue')
            .whereRef('own.item', '=', 'item.id')
            .where('own.reviewer', '=', reviewer)
            .where('own.state', 'in', ['submitted', 'discarded']),
        ),
      ),
    )
    .where((each) =>
      each.or([
        each('item.gold_json', 'is not', null),
        each(
          each(
            each
              .selectFrom('annotation as said')
              .select(({ fn }) => fn.countAll<number>().as('n'))
              .whereRef('said.project', '=', 'item.project')
              .whereRef('said.queue', '=', 'item.queue')
              .whereRef('said.item', '=', 'item.id')
              .where('said.state', '=', 'submitted'),
            '+',
            each
              .selectFrom('review_lease as held')
              .select(({ fn }) => fn.countAll<number>().as('n'))
              .whereRef('held.project', '=', 'item.project')
              .whereRef('held.queue', '=', 'item.queue')
              .whereRef('held.item', '=', 'item.id')
              .where('held.reviewer', '<>', reviewer)
              .where('held.expires_at', '>', now),
          ),
          '<',
          queue.reviewers,
        ),
      ]),
    )
    .orderBy('item.position')
    .limit(1)
    .executeTakeFirst();
}

async function hold(
  context: Context,
  sql: Kysely<Schema>,
  { queue, reviewer, now }: Asker,
  row: ItemRow,
): Promise<HeldItem> {
  const expires_at = now + queue.leaseSeconds * 1_000;
  await sql
    .insertInto('review_lease')
    .values({ project: context.project, queue: queue.name, item: row.id, reviewer, expires_at })
    .onConflict((conflict) =>
      conflict.columns(['project', 'queue', 'item', 'reviewer']).doUpdateSet({ expires_at }),
    )
    .execute();
  const [own = null] = await annotationsOf(context, sql, { queue: queue.name, item: row.id, reviewer });
  const { guidelineVersion } = queue;
  return { item: showItem(row.id, payloadOf(row), queue), leaseExpiresAt: expires_at, guidelineVersion, own };
}
