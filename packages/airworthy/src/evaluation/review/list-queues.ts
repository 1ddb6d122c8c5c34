import { quantileOfSorted } from '../../stats/order.ts';
import type { Context } from '../../store/ports.ts';
import { answerValue } from './answer-value.ts';
import { requireQueue, toQueue } from './queue-rows.ts';
import { type ReviewedItem, readPage } from './reviewed-items.ts';
import type { QueueItem, ReviewerProgress, ReviewQueue, ReviewQueueProgress } from './schema.ts';
import { showItem } from './stored-payload.ts';

/** Queues of the project, by name. */
export async function listReviewQueues(
  { project, store }: Context,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<ReviewQueue[]> {
  let query = store.database.sql
    .selectFrom('review_queue')
    .selectAll()
    .where('project', '=', project)
    .orderBy('name')
    .limit(limit);
  if (after !== undefined) query = query.where('name', '>', after);
  return (await query.execute()).map(toQueue);
}

/** A queue and how far it is. Throws REVIEW_QUEUE_NOT_FOUND. */
export async function getReviewQueue(context: Context, name: string): Promise<ReviewQueueProgress> {
  const { project, store, clock } = context;
  const { sql } = store.database;
  const queue = await requireQueue(context, sql, name);
  const states = await sql
    .selectFrom('queue_item')
    .select(['state', (each) => each.fn.countAll().as('n'), (each) => each.fn.count('gold_json').as('gold')])
    .where('project', '=', project)
    .where('queue', '=', name)
    .groupBy('state')
    .execute();
  const count = (state: string) =>
    states.filter((row) => row.state === state).reduce((n, row) => n + Number(row.n) - Number(row.gold), 0);
  const items = { open: count('open'), done: count('done'), adjudicated: count('adjudicated') };
  const total = items.open + items.done + items.adjudicated;
  const leased = await sql
    .selectFrom('review_lease')
    .select((each) => each.fn.countAll().as('n'))
    .where('project', '=', project)
    .where('queue', '=', name)
    .where('expires_at', '>', clock.now())
    .executeTakeFirstOrThrow();
  const gold = states.reduce((n, row) => n + Number(row.gold), 0);
  return {
    ...queue,
    items: { total, ...items, leased: Number(leased.n) },
    gold,
    annotations: { submitted: await countSubmitted(context, name), needed: total * queue.reviewers },
    byReviewer: await progressByReviewer(context, name),
  };
}

async function countSubmitted({ project, store }: Context, queue: string): Promise<number> {
  const { n } = await store.database.sql
    .selectFrom('annotation as said')
    .innerJoin('queue_item as item', (join) =>
      join
        .onRef('item.project', '=', 'said.project')
        .onRef('item.queue', '=', 'said.queue')
        .onRef('item.id', '=', 'said.item'),
    )
    .select((each) => each.fn.countAll().as('n'))
    .where('said.project', '=', project)
    .where('said.queue', '=', queue)
    .where('said.state', '=', 'submitted')
    .where('item.gold_json', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(n);
}

async function progressByReviewer({ project, store }: Context, queue: string): Promise<ReviewerProgress[]> {
  const rows = await store.database.sql
    .selectFrom('annotation')
    .select(['reviewer', 'state', 'seconds'])
    .where('project', '=', project)
    .where('queue', '=', queue)
    .orderBy('reviewer')
    .execute();
  return [...Map.groupBy(rows, ({ reviewer }) => reviewer)].map(([reviewer, own]) => {
    const count = (state: string) => own.filter((row) => row.state === state).length;
    const timed = own.flatMap(({ state, seconds }) =>
      state === 'submitted' && seconds !== null ? [seconds] : [],
    );
    const medianSeconds = timed.length === 0 ? null : quantileOfSorted(Float64Array.from(timed).sort(), 0.5);
    return {
      ...{ reviewer, submitted: count('submitted'), discarded: count('discarded'), drafts: count('draft') },
      medianSeconds,
    };
  });
}

export interface ItemQuery {
  queue: string;
  state?: ReviewedItem['state'] | undefined;
  /** Position of the last item seen. */
  after?: number | undefined;
  limit: number;
}

/** Items of a queue in the order in which they are handed out, without what anyone said; gold items are not listed. */
export async function listQueueItems(
  context: Context,
  { queue: name, state, after = -1, limit }: ItemQuery,
): Promise<QueueItem[]> {
  const queue = await requireQueue(context, context.store.database.sql, name);
  const page = await readPage(context, name, { after, limit, state, asked: true });
  return page.map((item) => {
    const submitted = item.annotations.filter((annotation) => annotation.state === 'submitted');
    return {
      ...showItem(item.id, item.payload, queue),
      ...{ position: item.position, state: item.state, submitted: submitted.length },
      disputed: item.state === 'open' ? [] : disputedQuestions(queue, item),
    };
  });
}

function disputedQuestions({ questions }: ReviewQueue, { annotations, payload }: ReviewedItem): string[] {
  const disputed = questions.filter((question) => {
    const said = annotations.flatMap(({ state, answers }) =>
      state === 'submitted' && Object.hasOwn(answers, question.name)
        ? [answerValue(question, answers[question.name], payload)]
        : [],
    );
    return new Set(said).size > 1;
  });
  return disputed.map(({ name }) => name);
}
