import type { Kysely } from 'kysely';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import { checkInput } from '../../kernel/check-input.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import type { Schema } from '../../store/sql/schema.ts';
import { checkAnswers } from './check-answers.ts';
import { endLease } from './next-item.ts';
import { annotationsOf, type ItemRow, requireItem, requireOpen, requireQueue } from './queue-rows.ts';
import { type Annotation, AnnotationInput, type ReviewQueue } from './schema.ts';

/**
 * Keeps what a reviewer says of an item that was handed to them: a draft, which holds the item on; the answers; or that it
 * cannot be judged (`discarded`), so that someone else is asked. The same again changes nothing. Answers can be changed while
 * nobody else has answered. An answer that comes after its lease has ended still counts. Durable when it resolves.
 *
 * @throws ANNOTATION_INVALID, ANNOTATION_FINAL, REVIEW_LEASE_MISSING, REVIEW_QUEUE_CLOSED, REVIEW_QUEUE_NOT_FOUND,
 * QUEUE_ITEM_NOT_FOUND
 */
export async function annotateItem(
  context: Context,
  { queue: name, item: id, ...input }: AnnotationInput & { queue: string; item: string },
): Promise<Annotation> {
  const given = checkInput('annotateItem', AnnotationInput, input);
  return context.store.database.write(async (sql) => {
    const queue = await requireQueue(context, sql, name);
    const item = await requireItem(context, sql, name, id);
    checkAnswers(queue.questions, given.answers, given.state === 'submitted');
    const all = await annotationsOf(context, sql, { queue: name, item: id });
    const former = all.find(({ reviewer }) => reviewer === given.reviewer);
    if (former && isSame(former, given)) return former;
    requireOpen(queue);
    await requireChangeable(context, sql, { queue, item, all, former, reviewer: given.reviewer });
    if (former && former.state !== 'draft' && given.state === 'draft') {
      throw final(id, 'it was submitted already, and a draft cannot take its place');
    }
    const annotation: Annotation = {
      ...{ item: id, reviewer: given.reviewer, state: given.state, answers: given.answers },
      ...{
        guidelineVersion: queue.guidelineVersion,
        seconds: given.seconds ?? null,
        at: context.clock.now(),
      },
    };
    await save(context, sql, queue, annotation);
    const others = all.filter(({ reviewer, state }) => reviewer !== given.reviewer && state === 'submitted');
    const submitted = others.length + (given.state === 'submitted' ? 1 : 0);
    if (item.gold_json === null)
      await setState(context, sql, item, submitted >= queue.reviewers ? 'done' : 'open');
    return annotation;
  });
}

function isSame(former: Annotation, { state, answers }: { state: string; answers: unknown }): boolean {
  return former.state === state && canonicalJson(former.answers) === canonicalJson(answers);
}

interface Change {
  queue: ReviewQueue;
  item: ItemRow;
  all: readonly Annotation[];
  former: Annotation | undefined;
  reviewer: string;
}

async function requireChangeable(
  context: Context,
  sql: Kysely<Schema>,
  { queue, item, all, former, reviewer }: Change,
): Promise<void> {
  if (item.state === 'adjudicated') throw final(item.id, 'it was adjudicated');
  const answered = former !== undefined && former.state !== 'draft';
  const others = all.some((each) => each.reviewer !== reviewer && each.state === 'submitted');
  if (answered && others) throw final(item.id, 'others have answered since');
  if (former) return;
  const lease = await sql
    .selectFrom('review_lease')
    .select('item')
    .where('project', '=', context.project)
    .where('queue', '=', queue.name)
    .where('item', '=', item.id)
    .where('reviewer', '=', reviewer)
    .executeTakeFirst();
  if (lease) return;
  throw new AirworthyError('REVIEW_LEASE_MISSING', {
    message: `item ${item.id} of queue "${queue.name}" was not handed to "${reviewer}"`,
  });
}

function final(item: string, why: string): AirworthyError {
  return new AirworthyError('ANNOTATION_FINAL', {
    message: `the answers to item ${item} stay as they are: ${why}`,
  });
}

async function save(
  context: Context,
  sql: Kysely<Schema>,
  queue: ReviewQueue,
  annotation: Annotation,
): Promise<void> {
  const { item, reviewer, state, answers, guidelineVersion, seconds, at } = annotation;
  const told = {
    state,
    answers_json: canonicalJson(answers),
    guideline_version: guidelineVersion,
    seconds,
    at,
  };
  await sql
    .insertInto('annotation')
    .values({ project: context.project, queue: queue.name, item, reviewer, ...told })
    .onConflict((conflict) => conflict.columns(['project', 'queue', 'item', 'reviewer']).doUpdateSet(told))
    .execute();
  if (state !== 'draft') return endLease(context, sql, { queue: queue.name, item, reviewer });
  await sql
    .updateTable('review_lease')
    .set({ expires_at: at + queue.leaseSeconds * 1_000 })
    .where('project', '=', context.project)
    .where('queue', '=', queue.name)
    .where('item', '=', item)
    .where('reviewer', '=', reviewer)
    .execute();
}

async function setState(
  context: Context,
  sql: Kysely<Schema>,
  item: ItemRow,
  state: ItemRow['state'],
): Promise<void> {
  if (item.state === state) return;
  await sql
    .updateTable('queue_item')
    .set({ state })
    .where('project', '=', context.project)
    .where('queue', '=', item.queue)
    .where('id', '=', item.id)
    .execute();
}
