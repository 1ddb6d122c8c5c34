import type { Kysely, Selectable } from 'kysely';
import { AirworthyError } from '../kernel/errors.ts';
import type { Context } from '../store/ports.ts';
import { insertInChunks } from '../store/sql/insert-in-chunks.ts';
import type { ReviewItemTable, Schema } from '../store/sql/schema.ts';
import { findById } from './known-predictions.ts';
import { type LabelSettings, recordLabels } from './record-labels.ts';
import type { ReviewDecision, ReviewItem } from './schema.ts';

/** The source of a reviewer's labels. */
export const REVIEWER = 'review';

export interface ItemsToReview {
  endpoint: string;
  /** `probability`: with which a prediction such as this one was chosen, so that what is found can be weighted. */
  items: readonly { prediction: string; reason: string; probability: number }[];
}

/**
 * Asks for a person's word on predictions, which are kept out of curated data until it is given; one that was asked about
 * before stays as it is.
 *
 * @throws PREDICTION_NOT_FOUND where one is not in the log of this endpoint
 */
export async function addReviewItems(context: Context, { endpoint, items }: ItemsToReview): Promise<void> {
  await requireLogged(context, { endpoint, items });
  const rows: ReviewItemTable[] = items.map(({ prediction, reason, probability }) => ({
    // A prediction is looked at once.
    ...{ project: context.project, id: prediction, endpoint, prediction, reason, probability },
    ...{ state: 'open', created_at: context.clock.now(), ended_at: null },
  }));
  await context.store.database.write((sql) =>
    insertInChunks(sql, rows, (chunk) =>
      sql
        .insertInto('review_item')
        .values(chunk)
        .onConflict((conflict) => conflict.doNothing()),
    ),
  );
}

async function requireLogged(context: Context, { endpoint, items }: ItemsToReview): Promise<void> {
  const ids = items.map((item) => item.prediction);
  const logged = await findById(context, context.store.database.sql, ids);
  const known = new Set(logged.filter((row) => row.endpoint === endpoint).map((row) => row.id));
  const unknown = ids.find((id) => !known.has(id));
  if (unknown === undefined) return;
  throw new AirworthyError('PREDICTION_NOT_FOUND', {
    message: `no logged prediction of endpoint "${endpoint}" has the id "${unknown}"`,
  });
}

export interface ReviewQuery {
  endpoint: string;
  state?: ReviewItem['state'] | undefined;
  limit: number;
  /** Id of the last item seen. */
  after?: string | undefined;
}

/** Oldest first. */
export async function listReviewItems(
  context: Context,
  { endpoint, state = 'open', limit, after }: ReviewQuery,
): Promise<ReviewItem[]> {
  const { sql } = context.store.database;
  let query = sql
    .selectFrom('review_item')
    .selectAll()
    .where('project', '=', context.project)
    .where('endpoint', '=', endpoint)
    .where('state', '=', state)
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit);
  if (after !== undefined) {
    const { created_at, id } = await findItem(context, sql, after);
    query = query.where((where) =>
      where.or([
        where('created_at', '>', created_at),
        where('created_at', '=', created_at).and('id', '>', id),
      ]),
    );
  }
  return (await query.execute()).map(toItem);
}

/**
 * Writes down a reviewer's decision. `done` gives the true value, which is recorded as a label and settles what other
 * sources say; `dropped` keeps the prediction out of curated data. The same decision again changes nothing.
 *
 * @throws REVIEW_ITEM_NOT_FOUND, REVIEW_ITEM_DECIDED, LABEL_INVALID
 */
export async function resolveReviewItem(
  context: Context,
  rules: LabelSettings,
  { id, decision }: { id: string; decision: ReviewDecision },
): Promise<ReviewItem> {
  const { sql } = context.store.database;
  const item = await findItem(context, sql, id, rules.endpoint);
  if (item.state !== 'open' && item.state !== decision.state) {
    throw new AirworthyError('REVIEW_ITEM_DECIDED', {
      message: `review item ${id} was already decided: it is ${item.state}`,
    });
  }
  if (decision.state === 'done') {
    const label = { prediction: item.prediction, value: decision.value, source: REVIEWER };
    await recordLabels(context, { ...rules, labels: [label] });
  }
  if (item.state !== 'open') return toItem(item);
  const ended_at = context.clock.now();
  await context.store.database.write((write) =>
    write
      .updateTable('review_item')
      .set({ state: decision.state, ended_at })
      .where('project', '=', context.project)
      .where('id', '=', id)
      .where('state', '=', 'open')
      .execute(),
  );
  return { ...toItem(item), state: decision.state, endedAt: ended_at };
}

async function findItem(
  { project }: Context,
  sql: Kysely<Schema>,
  id: string,
  endpoint?: string,
): Promise<Selectable<ReviewItemTable>> {
  const row = await sql
    .selectFrom('review_item')
    .selectAll()
    .where('project', '=', project)
    .where('id', '=', id)
    .executeTakeFirst();
  if (row && (endpoint === undefined || row.endpoint === endpoint)) return row;
  throw new AirworthyError('REVIEW_ITEM_NOT_FOUND', { message: `no review item has the id "${id}"` });
}

function toItem(row: Selectable<ReviewItemTable>): ReviewItem {
  const { id, endpoint, prediction, reason, probability, state } = row;
  return {
    id,
    endpoint,
    prediction,
    reason,
    probability,
    state,
    createdAt: row.created_at,
    endedAt: row.ended_at,
  };
}
