import type { Kysely } from 'kysely';
import type { Context } from '../../store/ports.ts';
import type { Schema } from '../../store/sql/schema.ts';

const PAGE = 500;

/** What is left of a case: its place and its figures. */
const NOTHING = {
  cluster_key: null,
  parent: null,
  input_json: 'null',
  expected_json: null,
  metadata_json: '{}',
  slices_json: '{}',
} as const;

/** Cases of all evaluations of dataset versions, by digest, a page at a time: their rows are not told apart there. */
export async function* casesOfVersions(
  context: Context,
  versions: readonly string[],
): AsyncGenerator<{ evaluation: string; position: number; id: string }[]> {
  if (versions.length === 0) return;
  const evaluations = await context.store.database.sql
    .selectFrom('suite_evaluation')
    .select('id')
    .where('project', '=', context.project)
    .where('dataset_version', 'in', versions)
    .execute();
  for (const { id: evaluation } of evaluations) {
    for (let after = -1; ; ) {
      const rows = await context.store.database.sql
        .selectFrom('evaluation_case')
        .select(['position', 'id'])
        .where('project', '=', context.project)
        .where('evaluation', '=', evaluation)
        .where('position', '>', after)
        .orderBy('position')
        .limit(PAGE)
        .execute();
      yield rows.map(({ position, id }) => ({ evaluation, position: Number(position), id }));
      if (rows.length < PAGE) break;
      after = Number(rows[rows.length - 1].position);
    }
  }
}

/**
 * Takes the texts out of cases of an evaluation, of what was answered to them and of the cases made from them, and deletes
 * the cached answers of models, inside a write. Scores and verdicts stay.
 */
export async function eraseCases(
  sql: Kysely<Schema>,
  project: string,
  evaluation: string,
  positions: readonly number[],
): Promise<{ cases: number; cachedAnswers: number }> {
  const own = await sql
    .selectFrom('evaluation_case')
    .select(['position', 'id'])
    .where('project', '=', project)
    .where('evaluation', '=', evaluation)
    .where('position', 'in', positions)
    .execute();
  if (own.length === 0) return { cases: 0, cachedAnswers: 0 };
  const ids = own.map(({ id }) => id);
  const children = await sql
    .selectFrom('evaluation_case')
    .select('position')
    .where('project', '=', project)
    .where('evaluation', '=', evaluation)
    .where('parent', 'in', ids)
    .execute();
  const places = [...own, ...children].map(({ position }) => Number(position));
  const cachedAnswers = await eraseCalls(sql, project, evaluation, places);
  await sql
    .updateTable('case_result')
    .set({ output_json: null, message: null, calls_json: '[]' })
    .where('project', '=', project)
    .where('evaluation', '=', evaluation)
    .where('position', 'in', places)
    .execute();
  await sql
    .updateTable('score')
    .set({ label: null, detail_json: null })
    .where('project', '=', project)
    .where('evaluation', '=', evaluation)
    .where('position', 'in', places)
    .execute();
  const cases = await sql
    .updateTable('evaluation_case')
    .set(NOTHING)
    .where('project', '=', project)
    .where('evaluation', '=', evaluation)
    .where('position', 'in', places)
    .where('input_json', '<>', NOTHING.input_json)
    .executeTakeFirst();
  return { cases: Number(cases.numUpdatedRows), cachedAnswers };
}

async function eraseCalls(
  sql: Kysely<Schema>,
  project: string,
  evaluation: string,
  places: readonly number[],
): Promise<number> {
  const results = await sql
    .selectFrom('case_result')
    .select('calls_json')
    .where('project', '=', project)
    .where('evaluation', '=', evaluation)
    .where('position', 'in', places)
    .where('calls_json', '<>', '[]')
    .execute();
  const keys = [...new Set(results.flatMap(({ calls_json }) => JSON.parse(calls_json) as string[]))];
  let erased = 0;
  for (let start = 0; start < keys.length; start += PAGE) {
    const chunk = keys.slice(start, start + PAGE);
    const calls = sql.deleteFrom('model_call').where('project', '=', project).where('key', 'in', chunk);
    erased += Number((await calls.executeTakeFirst()).numDeletedRows);
  }
  return erased;
}

/** Deletes items of a review queue with all that people said of them, inside a write. */
export async function eraseQueueItems(
  sql: Kysely<Schema>,
  project: string,
  queue: string,
  items: readonly string[],
): Promise<{ queueItems: number; annotations: number }> {
  const annotations = sql
    .deleteFrom('annotation')
    .where('project', '=', project)
    .where('queue', '=', queue)
    .where('item', 'in', items);
  const said = Number((await annotations.executeTakeFirst()).numDeletedRows);
  await sql
    .deleteFrom('review_lease')
    .where('project', '=', project)
    .where('queue', '=', queue)
    .where('item', 'in', items)
    .execute();
  const asked = sql
    .deleteFrom('queue_item')
    .where('project', '=', project)
    .where('queue', '=', queue)
    .where('id', 'in', items);
  return { queueItems: Number((await asked.executeTakeFirst()).numDeletedRows), annotations: said };
}

/** Deletes records of an evaluation dataset, inside a write. */
export async function eraseRecords(
  sql: Kysely<Schema>,
  project: string,
  dataset: string,
  ids: readonly string[],
): Promise<{ records: number }> {
  const records = sql
    .deleteFrom('evaluation_dataset_record')
    .where('project', '=', project)
    .where('dataset', '=', dataset)
    .where('id', 'in', ids);
  return { records: Number((await records.executeTakeFirst()).numDeletedRows) };
}
