import type { Kysely, Selectable } from 'kysely';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import type { AnnotationTable, QueueItemTable, ReviewQueueTable } from '../../store/sql/evaluation-tables.ts';
import type { Schema } from '../../store/sql/schema.ts';
import type { Annotation, ReviewQueue, ReviewSource } from './schema.ts';
import type { StoredPayload } from './stored-payload.ts';

export type ItemRow = Selectable<QueueItemTable>;

export function toQueue(row: Selectable<ReviewQueueTable>): ReviewQueue {
  const { source, showExpected } = JSON.parse(row.source_json) as {
    source: ReviewSource | null;
    showExpected: boolean;
  };
  return {
    ...{ name: row.name, questions: JSON.parse(row.questions_json), guideline: row.guideline },
    ...{ guidelineVersion: row.guideline_version, reviewers: row.reviewers, leaseSeconds: row.lease_seconds },
    ...{
      showExpected,
      source,
      seed: row.seed,
      state: row.state,
      actor: row.actor,
      createdAt: Number(row.created_at),
    },
  };
}

export function toAnnotation(row: Selectable<AnnotationTable>): Annotation {
  const { item, reviewer, state, answers_json, guideline_version, seconds, at } = row;
  const answers = JSON.parse(answers_json);
  return { item, reviewer, state, answers, guidelineVersion: guideline_version, seconds, at: Number(at) };
}

export function payloadOf(row: Pick<ItemRow, 'payload_json'>): StoredPayload {
  return JSON.parse(row.payload_json);
}

/** Throws REVIEW_QUEUE_NOT_FOUND. */
export async function requireQueue(
  { project }: Context,
  sql: Kysely<Schema>,
  name: string,
): Promise<ReviewQueue> {
  const row = await sql
    .selectFrom('review_queue')
    .selectAll()
    .where('project', '=', project)
    .where('name', '=', name)
    .executeTakeFirst();
  if (row) return toQueue(row);
  throw new AirworthyError('REVIEW_QUEUE_NOT_FOUND', { message: `there is no review queue "${name}"` });
}

export function requireOpen(queue: ReviewQueue): void {
  if (queue.state === 'open') return;
  throw new AirworthyError('REVIEW_QUEUE_CLOSED', { message: `review queue "${queue.name}" is closed` });
}

/** Throws QUEUE_ITEM_NOT_FOUND. */
export async function requireItem(
  { project }: Context,
  sql: Kysely<Schema>,
  queue: string,
  id: string,
): Promise<ItemRow> {
  const row = await sql
    .selectFrom('queue_item')
    .selectAll()
    .where('project', '=', project)
    .where('queue', '=', queue)
    .where('id', '=', id)
    .executeTakeFirst();
  if (row) return row;
  throw new AirworthyError('QUEUE_ITEM_NOT_FOUND', { message: `review queue "${queue}" has no item ${id}` });
}

/** All of an item, or one reviewer's; by reviewer. */
export async function annotationsOf(
  { project }: Context,
  sql: Kysely<Schema>,
  { queue, item, reviewer }: { queue: string; item: string; reviewer?: string },
): Promise<Annotation[]> {
  let query = sql
    .selectFrom('annotation')
    .selectAll()
    .where('project', '=', project)
    .where('queue', '=', queue)
    .where('item', '=', item)
    .orderBy('reviewer');
  if (reviewer !== undefined) query = query.where('reviewer', '=', reviewer);
  return (await query.execute()).map(toAnnotation);
}
