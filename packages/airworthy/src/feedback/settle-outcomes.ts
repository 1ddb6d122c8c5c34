import type { Kysely } from 'kysely';
import type { Prediction } from '../models/to-prediction.ts';
import { type OutcomeChange, recordOutcomes } from '../monitoring/index.ts';
import type { Context } from '../store/ports.ts';
import { insertInChunks } from '../store/sql/insert-in-chunks.ts';
import type { OutcomeTable, Schema } from '../store/sql/schema.ts';
import { knownLast } from './known-last.ts';
import { selectInChunks } from './select-in-chunks.ts';

/** A prediction that labels can belong to. */
export interface KnownPrediction {
  id: string;
  model: string;
  version: number;
  arm: string;
  /** Milliseconds since the epoch. */
  at: number;
  /** Read only where its outcome changes. */
  output(): Prediction;
}

/** A label as far as it decides what holds. */
export interface KnownLabel {
  id: string;
  value_json: string;
  known_at: number;
}

/** A prediction with labels that are new to it. */
export interface LabelledPrediction {
  prediction: KnownPrediction;
  labels: KnownLabel[];
}

/** The label that holds for a prediction. */
type Outcome = KnownLabel & Pick<OutcomeTable, 'prediction' | 'predicted_at'>;

/**
 * Decides anew which label holds for each prediction: of all it was given the one known last, of those known at the
 * same moment the one with the greatest id. So the order in which labels arrive does not matter. What changes is told
 * to monitoring in the same write. Returns the ids of the labels that took the place of another.
 */
export async function settleOutcomes(
  context: Context,
  sql: Kysely<Schema>,
  endpoint: string,
  labelled: readonly LabelledPrediction[],
): Promise<Set<string>> {
  const held = await readOutcomes(context, sql, labelled);
  const changes: OutcomeChange[] = [];
  const rows: Outcome[] = [];
  const corrected = new Set<string>();
  for (const { prediction, labels } of labelled) {
    const before = held.get(prediction.id);
    const { id, value_json, known_at } = labels.reduce(knownLast);
    const after = { id, value_json, known_at, prediction: prediction.id, predicted_at: prediction.at };
    if (before !== undefined && knownLast(after, before) === before) {
      // Another opinion, if not the one that holds: a new revision, so that curation looks at it again.
      rows.push(before);
      continue;
    }
    if (before !== undefined) corrected.add(after.id);
    rows.push(after);
    changes.push(...changesOf(endpoint, prediction, before, after));
  }
  await writeOutcomes(context, sql, endpoint, rows);
  if (changes.length > 0) await recordOutcomes(context, sql, changes);
  return corrected;
}

/** A correction takes back what was added before, with its own delay, and adds what holds now. */
function changesOf(
  endpoint: string,
  prediction: KnownPrediction,
  before: Outcome | undefined,
  after: Outcome,
): OutcomeChange[] {
  const { model, version, arm, at } = prediction;
  const shared = { endpoint, model, version, arm, at, prediction: prediction.output() };
  const added = { ...shared, before: null, after: JSON.parse(after.value_json), delayMs: delayOf(after) };
  if (before === undefined) return [added];
  return [{ ...shared, before: JSON.parse(before.value_json), after: null, delayMs: delayOf(before) }, added];
}

/** A label may be known before its prediction is made. */
function delayOf({ known_at, predicted_at }: Outcome): number {
  return Math.max(0, known_at - predicted_at);
}

async function readOutcomes(
  { project }: Context,
  sql: Kysely<Schema>,
  labelled: readonly LabelledPrediction[],
): Promise<Map<string, Outcome>> {
  const ids = labelled.map(({ prediction }) => prediction.id);
  const rows = await selectInChunks(sql, ids, (chunk) =>
    sql
      .selectFrom('outcome')
      .select(['prediction', 'label as id', 'value_json', 'predicted_at', 'known_at'])
      .where('project', '=', project)
      .where('prediction', 'in', chunk),
  );
  return new Map(rows.map((row) => [row.prediction, row]));
}

async function writeOutcomes(
  { project }: Context,
  sql: Kysely<Schema>,
  endpoint: string,
  outcomes: readonly Outcome[],
): Promise<void> {
  if (outcomes.length === 0) return;
  let revision = await lastRevision(sql, project, endpoint);
  const rows: OutcomeTable[] = outcomes.map(({ id, ...outcome }) => ({
    ...{ project, endpoint, label: id },
    ...outcome,
    revision: ++revision,
  }));
  await insertInChunks(sql, rows, (chunk) =>
    sql
      .insertInto('outcome')
      .values(chunk)
      .onConflict((conflict) =>
        conflict.columns(['project', 'prediction']).doUpdateSet((row) => ({
          label: row.ref('excluded.label'),
          value_json: row.ref('excluded.value_json'),
          predicted_at: row.ref('excluded.predicted_at'),
          known_at: row.ref('excluded.known_at'),
          revision: row.ref('excluded.revision'),
        })),
      ),
  );
}

/** Writers follow each other, so that a revision read earlier than another was also committed earlier. */
export async function lastRevision(sql: Kysely<Schema>, project: string, endpoint: string): Promise<number> {
  const row = await sql
    .selectFrom('outcome')
    .select('revision')
    .where('project', '=', project)
    .where('endpoint', '=', endpoint)
    .orderBy('revision', 'desc')
    .limit(1)
    .executeTakeFirst();
  const floor = await sql
    .selectFrom('revision_floor')
    .select('revision')
    .where('project', '=', project)
    .where('endpoint', '=', endpoint)
    .executeTakeFirst();
  return Math.max(row?.revision ?? 0, floor?.revision ?? 0);
}
