import { type Kysely, sql as raw } from 'kysely';
import type { Context } from '../store/ports.ts';
import type { LabelTable, Schema } from '../store/sql/schema.ts';
import { selectInChunks } from './select-in-chunks.ts';

const COLUMNS = ['id', 'prediction', 'business_key', 'value_json', 'source', 'known_at', 'state'] as const;

export type PastLabel = Pick<LabelTable, (typeof COLUMNS)[number]>;

/** Written into the query, so that the index of what waits is used: it is small, whatever else there is. */
export const WAITING = raw.lit('waiting' as const);

/** All labels there are of some predictions or keys; those of one prediction or key are its target's. */
export async function readHistory(
  { project }: Context,
  sql: Kysely<Schema>,
  endpoint: string,
  { ids, keys }: { ids: readonly string[]; keys: readonly string[] },
): Promise<PastLabel[]> {
  const labels = sql
    .selectFrom('label')
    .select(COLUMNS)
    .where('project', '=', project)
    .where('endpoint', '=', endpoint);
  const byId = await selectInChunks(sql, ids, (chunk) => labels.where('prediction', 'in', chunk));
  const byKey = await selectInChunks(sql, keys, (chunk) => labels.where('business_key', 'in', chunk));
  return [...byId, ...byKey];
}

/** What a label is about: a prediction's id, or a business key (which is JSON, so never an id). */
export function targetOf({
  prediction,
  business_key,
}: Pick<PastLabel, 'prediction' | 'business_key'>): string {
  return prediction ?? business_key ?? '';
}
