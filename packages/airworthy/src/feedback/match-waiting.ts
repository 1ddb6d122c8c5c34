import type { Kysely } from 'kysely';
import type { Prediction } from '../models/to-prediction.ts';
import type { ServedPrediction } from '../serving/index.ts';
import type { Context } from '../store/ports.ts';
import type { Schema } from '../store/sql/schema.ts';
import { findById, findByKey } from './known-predictions.ts';
import { type PastLabel, readHistory, WAITING } from './label-history.ts';
import { selectInChunks } from './select-in-chunks.ts';
import { type KnownPrediction, settleOutcomes } from './settle-outcomes.ts';

/** Labels looked at in one write of a sweep. */
const PAGE = 2_000;

/** A prediction that has just become known. */
type NewPrediction = KnownPrediction & { businessKey: string | null };

/**
 * Labels that came before their predictions, when these are written: inside that write, so that no label can slip
 * between. Costs one look where none waits and no keys are declared.
 */
export async function matchServed(
  context: Context,
  sql: Kysely<Schema>,
  served: readonly ServedPrediction[],
): Promise<void> {
  // What is neither a class nor a number takes no labels.
  const labelled = served.filter(hasLabel);
  for (const [endpoint, batch] of Map.groupBy(labelled, (prediction) => prediction.endpoint)) {
    const known = batch.map((prediction) => ({ ...prediction, output: () => prediction.prediction }));
    const waits = await anyWaiting(context, sql, endpoint);
    if (waits || known.some((prediction) => prediction.businessKey !== null))
      await matchKnown(context, sql, endpoint, known);
  }
}

/**
 * The same for predictions that are on record already: those that were written without `matchServed` (by an older
 * version, or while labels were not taken). Returns how many labels found their predictions.
 */
export async function matchWaiting(context: Context, endpoint: string): Promise<number> {
  let matched = 0;
  for (let after: string | undefined = ''; after !== undefined; ) {
    const from: string = after;
    const page: { matched: number; last: string | undefined } = await context.store.database.write(
      async (sql) => {
        const labels = await waitingAfter(context, sql, endpoint, from);
        const ids = labels.flatMap((label) => label.prediction ?? []);
        const keys = labels.flatMap((label) => label.business_key ?? []);
        const byId = (await findById(context, sql, ids)).filter((row) => row.endpoint === endpoint);
        const byKey = await findByKey(context, sql, endpoint, keys);
        const known = new Map([...byId, ...byKey].map((row) => [row.id, row]));
        const found = await matchKnown(context, sql, endpoint, [...known.values()]);
        return { matched: found, last: labels.length === PAGE ? labels.at(-1)?.id : undefined };
      },
    );
    matched += page.matched;
    after = page.last;
  }
  return matched;
}

/** Settles predictions that have become known; returns how many labels waited for them. */
async function matchKnown(
  context: Context,
  sql: Kysely<Schema>,
  endpoint: string,
  predictions: readonly NewPrediction[],
): Promise<number> {
  const ids = predictions.map((prediction) => prediction.id);
  const keys = [...new Set(predictions.flatMap((prediction) => prediction.businessKey ?? []))];
  const labels = await readHistory(context, sql, endpoint, { ids, keys });
  if (labels.length === 0) return 0;
  const byTarget = Map.groupBy(labels, (label) => label.prediction ?? label.business_key ?? '');
  const labelled = predictions.flatMap((prediction) => {
    const own = [
      ...(byTarget.get(prediction.id) ?? []),
      ...(prediction.businessKey === null ? [] : (byTarget.get(prediction.businessKey) ?? [])),
    ];
    return own.length === 0 ? [] : [{ prediction, labels: own }];
  });
  await settleOutcomes(context, sql, endpoint, labelled);
  const waited = labels.filter((label) => label.state !== 'matched').map((label) => label.id);
  await markMatched(context, sql, waited);
  return waited.length;
}

function hasLabel(served: ServedPrediction): served is ServedPrediction & { prediction: Prediction } {
  return !('output' in served.prediction);
}

async function markMatched({ project }: Context, sql: Kysely<Schema>, labels: readonly string[]) {
  await selectInChunks(sql, labels, (chunk) =>
    sql
      .updateTable('label')
      .set({ state: 'matched' })
      .where('project', '=', project)
      .where('id', 'in', chunk),
  );
}

async function anyWaiting({ project }: Context, sql: Kysely<Schema>, endpoint: string): Promise<boolean> {
  const row = await sql
    .selectFrom('label')
    .select('id')
    .where('project', '=', project)
    .where('state', '=', WAITING)
    .where('endpoint', '=', endpoint)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

function waitingAfter(
  { project }: Context,
  sql: Kysely<Schema>,
  endpoint: string,
  after: string,
): Promise<Pick<PastLabel, 'id' | 'prediction' | 'business_key'>[]> {
  return sql
    .selectFrom('label')
    .select(['id', 'prediction', 'business_key'])
    .where('project', '=', project)
    .where('state', '=', WAITING)
    .where('endpoint', '=', endpoint)
    .where('id', '>', after)
    .orderBy('id')
    .limit(PAGE)
    .execute();
}
