import type { Kysely } from 'kysely';
import type { Context } from '../../store/ports.ts';
import type { Schema } from '../../store/sql/schema.ts';
import { predictionIds } from '../endpoints/trace-id.ts';

const PAGE = 1_000;
/** What a time-based id and those made from it have in common; what is above all hex characters. */
const PREFIX = 12;
const ABOVE_HEX = 'g';

/** Ids of the predictions of a person, page by page: by pseudonym, and by what the caller gave as the unit of a rollout. */
export async function* predictionsOf(
  context: Context,
  { subject, unit }: { subject: string; unit: string },
): AsyncGenerator<string[]> {
  for (const [column, value] of [
    ['subject', subject],
    ['unit_key', unit],
  ] as const) {
    for (let after = ''; ; ) {
      const rows = await context.store.database.sql
        .selectFrom('prediction')
        .select('id')
        .where('project', '=', context.project)
        .where(column, '=', value)
        .where('id', '>', after)
        .orderBy('id')
        .limit(PAGE)
        .execute();
      if (rows.length > 0) yield rows.map(({ id }) => id);
      if (rows.length < PAGE) break;
      after = rows[rows.length - 1].id;
    }
  }
}

/**
 * The predictions of requests by their trace: the first has the trace's id, the others of a list have ids made from it.
 *
 * @param most records that a request may have
 */
export async function predictionsOfTrace(context: Context, trace: string, most: number): Promise<string[]> {
  const start = trace.slice(0, PREFIX);
  const rows = await context.store.database.sql
    .selectFrom('prediction')
    .select('id')
    .where('project', '=', context.project)
    .where('id', '>=', start)
    .where('id', '<', start + ABOVE_HEX)
    .execute();
  if (rows.every(({ id }) => id === trace)) return rows.map(({ id }) => id);
  const own = new Set(predictionIds(most, trace, 0));
  return rows.flatMap(({ id }) => (own.has(id) ? [id] : []));
}

/** What else names a prediction. */
const BESIDE = ['shadow_comparison', 'rollout_outcome'] as const;

/** Deletes predictions with what rollouts hold of them, inside a write; those that are gone already are fine. */
export async function erasePredictions(
  sql: Kysely<Schema>,
  project: string,
  ids: readonly string[],
): Promise<{ predictions: number }> {
  const units = await sql
    .selectFrom('prediction')
    .select('unit_key as unit')
    .distinct()
    .where('project', '=', project)
    .where('id', 'in', ids)
    .where('unit_key', 'is not', null)
    .execute();
  const named = units.flatMap(({ unit }) => unit ?? []);
  if (named.length > 0)
    await sql
      .deleteFrom('rollout_incident')
      .where('project', '=', project)
      .where('unit', 'in', named)
      .execute();
  for (const table of BESIDE)
    await sql.deleteFrom(table).where('project', '=', project).where('prediction', 'in', ids).execute();
  const predictions = sql.deleteFrom('prediction').where('project', '=', project).where('id', 'in', ids);
  return { predictions: Number((await predictions.executeTakeFirst()).numDeletedRows) };
}

/** Answers that are kept for requests which name themselves, a page at a time: the names of those that hold a prediction. */
export async function* keptAnswers(
  context: Context,
): AsyncGenerator<{ endpoint: string; key: string; ids: string[] }[]> {
  for (let after = { endpoint: '', key: '' }; ; ) {
    const rows = await context.store.database.sql
      .selectFrom('idempotency_key')
      .select(['endpoint', 'key', 'answer_json'])
      .where('project', '=', context.project)
      .where((where) =>
        where.or([
          where('endpoint', '>', after.endpoint),
          where('endpoint', '=', after.endpoint).and('key', '>', after.key),
        ]),
      )
      .orderBy('endpoint')
      .orderBy('key')
      .limit(PAGE)
      .execute();
    yield rows.flatMap(({ endpoint, key, answer_json }) =>
      answer_json === null
        ? []
        : [{ endpoint, key, ids: (JSON.parse(answer_json) as { ids: string[] }).ids }],
    );
    if (rows.length < PAGE) return;
    after = rows[rows.length - 1];
  }
}

/** Forgets such answers, inside a write. */
export async function eraseAnswers(
  sql: Kysely<Schema>,
  project: string,
  answers: readonly { endpoint: string; key: string }[],
): Promise<{ answers: number }> {
  let erased = 0;
  for (const { endpoint, key } of answers) {
    const answer = sql
      .deleteFrom('idempotency_key')
      .where('project', '=', project)
      .where('endpoint', '=', endpoint)
      .where('key', '=', key);
    erased += Number((await answer.executeTakeFirst()).numDeletedRows);
  }
  return { answers: erased };
}
