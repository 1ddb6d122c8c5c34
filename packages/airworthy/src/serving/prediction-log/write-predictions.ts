import type { Kysely } from 'kysely';
import type { Context } from '../../store/ports.ts';
import type { Schema } from '../../store/sql/schema.ts';
import { openPseudonyms } from '../../tracking/index.ts';
import type { PredictionObserver, ServedPrediction } from './observe-predictions.ts';
import { insertPredictions, type PredictionRow } from './prediction-rows.ts';
import type { PredictionTexts, QueuedPrediction } from './row-queue.ts';

/** A prediction as it waits; with its texts where it is to be kept. */
export function toQueued(served: ServedPrediction, kept: boolean): QueuedPrediction {
  if (!kept) return { served, texts: null };
  const { record, prediction } = served;
  return { served, texts: { record: JSON.stringify(record), output: JSON.stringify(prediction) } };
}

/**
 * Inserts the predictions of a batch that are to be kept and tells the observer of those that are new, in one
 * transaction. Returns how many were on disk before.
 */
export async function writePredictions(
  context: Context,
  sql: Kysely<Schema>,
  batch: readonly QueuedPrediction[],
  observer: PredictionObserver | undefined,
): Promise<number> {
  const kept = batch.flatMap(({ served, texts }) => (texts ? [{ served, texts }] : []));
  const pseudonym = kept.some(({ served }) => served.subject) ? await openPseudonyms(context) : undefined;
  const rows = kept.map(({ served, texts }) => ({
    ...toRow(context.project, served, texts),
    subject: served.subject && pseudonym ? pseudonym(served.subject) : null,
  }));
  const inserted = new Set(await insertPredictions(sql, rows));
  // An id may be in the batch twice: only its first prediction is on disk.
  const fresh = batch.filter(({ served, texts }) => texts === null || inserted.delete(served.id));
  await observer?.record(
    sql,
    fresh.map(({ served }) => served),
  );
  return batch.length - fresh.length;
}

/** Without the subject, which only a pseudonym may name. */
export function toRow(
  project: string,
  served: ServedPrediction,
  texts: PredictionTexts,
): Omit<PredictionRow, 'subject'> {
  const { id, endpoint, model, version, arm, rollout, propensity, at } = served;
  return {
    project,
    id,
    endpoint,
    model,
    version,
    arm,
    record_json: texts.record,
    output_json: texts.output,
    latency_us: served.latencyUs,
    at,
    business_key: served.businessKey,
    rollout,
    propensity,
    unit_key: served.unitKey,
  };
}
