import type { Selectable } from 'kysely';
import type { Context } from '../store/ports.ts';
import type { FeedbackTable } from '../store/sql/schema.ts';
import type { Feedback, FeedbackKind } from './schema.ts';

export interface FeedbackQuery {
  endpoint: string;
  kind?: FeedbackKind | undefined;
  prediction?: string | undefined;
  limit: number;
  /** Where the page before ended. */
  before?: { at: number; id: string } | undefined;
}

/** What people said of an endpoint's predictions, newest first. */
export async function listFeedback(
  context: Context,
  { endpoint, kind, prediction, limit, before }: FeedbackQuery,
): Promise<Feedback[]> {
  let query = context.store.database.sql
    .selectFrom('feedback')
    .selectAll()
    .where('project', '=', context.project)
    .where('endpoint', '=', endpoint)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (prediction !== undefined) query = query.where('prediction', '=', prediction);
  if (before !== undefined) {
    const { at, id } = before;
    query = query.where((where) =>
      where.or([where('at', '<', at), where.and([where('at', '=', at), where('id', '<', id)])]),
    );
  }
  return (await query.execute()).map(toFeedback);
}

export function toFeedback(row: Selectable<FeedbackTable>): Feedback {
  const { id, endpoint, prediction, kind, value_json, source, actor, at } = row;
  return { id, endpoint, prediction, kind, value: JSON.parse(value_json), source, actor, at };
}
