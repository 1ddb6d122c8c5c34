import type { Kysely } from 'kysely';
import type { Schema } from '../store/sql/schema.ts';
import { lastRevision } from './settle-outcomes.ts';

/** What people, or the world, said of predictions, and is gone. */
export interface ErasedFeedback {
  labels: number;
  outcomes: number;
  feedback: number;
  reviewItems: number;
}

/**
 * Deletes labels, outcomes, feedback and review items of predictions, inside the write that deletes the predictions and
 * before it does: labels may name them by their business key. A key that belongs to other predictions too keeps its labels.
 */
export async function eraseFeedback(
  sql: Kysely<Schema>,
  project: string,
  ids: readonly string[],
): Promise<ErasedFeedback> {
  const byKey = await eraseLabelsByKey(sql, project, ids);
  await keepRevisions(sql, project, ids);
  const counted = { label: 0, outcome: 0, feedback: 0, review_item: 0 };
  for (const table of ['label', 'outcome', 'feedback', 'review_item'] as const) {
    const rows = sql.deleteFrom(table).where('project', '=', project).where('prediction', 'in', ids);
    counted[table] = Number((await rows.executeTakeFirst()).numDeletedRows);
  }
  const { label, outcome, feedback, review_item } = counted;
  return { labels: label + byKey, outcomes: outcome, feedback, reviewItems: review_item };
}

async function eraseLabelsByKey(
  sql: Kysely<Schema>,
  project: string,
  ids: readonly string[],
): Promise<number> {
  const keyed = await sql
    .selectFrom('prediction as own')
    .select(['own.endpoint', 'own.business_key as key'])
    .distinct()
    .where('own.project', '=', project)
    .where('own.id', 'in', ids)
    .where('own.business_key', 'is not', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('prediction as other')
            .select('other.id')
            .where('other.project', '=', project)
            .whereRef('other.endpoint', '=', 'own.endpoint')
            .whereRef('other.business_key', '=', 'own.business_key')
            .where('other.id', 'not in', ids),
        ),
      ),
    )
    .execute();
  let erased = 0;
  for (const { endpoint, key } of keyed) {
    const labels = sql
      .deleteFrom('label')
      .where('project', '=', project)
      .where('endpoint', '=', endpoint)
      .where('business_key', '=', key);
    erased += Number((await labels.executeTakeFirst()).numDeletedRows);
  }
  return erased;
}

/** Curation and rollouts look at what lies above the last revision they saw: none may be given a second time. */
async function keepRevisions(sql: Kysely<Schema>, project: string, ids: readonly string[]): Promise<void> {
  const endpoints = await sql
    .selectFrom('outcome')
    .select('endpoint')
    .distinct()
    .where('project', '=', project)
    .where('prediction', 'in', ids)
    .execute();
  for (const { endpoint } of endpoints) {
    const revision = await lastRevision(sql, project, endpoint);
    await sql
      .insertInto('revision_floor')
      .values({ project, endpoint, revision })
      .onConflict((conflict) => conflict.columns(['project', 'endpoint']).doUpdateSet({ revision }))
      .execute();
  }
}
