import type { Kysely } from 'kysely';
import { AirworthyError } from '../kernel/errors.ts';
import { count } from '../kernel/figures.ts';
import type { Task } from '../models/table.ts';
import type { Context } from '../store/ports.ts';
import { insertInChunks } from '../store/sql/insert-in-chunks.ts';
import type { LabelTable, Schema } from '../store/sql/schema.ts';
import { findById, findByKey, type LoggedRow } from './known-predictions.ts';
import { readHistory, WAITING } from './label-history.ts';
import { type NewLabel, planLabels } from './plan-labels.ts';
import { type LabelRules, labelsInvalid, type ReadLabel, readLabels } from './read-label.ts';
import type { LabelInput, LabelReceipt } from './schema.ts';
import { selectInChunks } from './select-in-chunks.ts';
import { type LabelledPrediction, settleOutcomes } from './settle-outcomes.ts';

/** Most labels in one request. */
export const MOST_LABELS = 10_000;
/** Most labels of a project that wait for their predictions. */
const MOST_WAITING = 1_000_000;
const DAY_MS = 86_400_000;

/** How an endpoint's labels are taken; see labelRules. */
export interface LabelSettings {
  endpoint: string;
  /** What the endpoint's model predicts. */
  task: Task;
  /** `serving.key`, where labels may be sent by it. */
  key?: readonly string[] | undefined;
  /** `feedback.labelsAhead`: seconds a label's time may lie ahead of the clock. */
  labelsAhead?: number;
  /** `serving.predictionLog.retentionDays`: a label known before that cannot meet its prediction any more. */
  retentionDays?: number;
}

export interface LabelsToRecord extends LabelSettings {
  labels: readonly LabelInput[];
}

/**
 * Keeps what turned out to be true of predictions, and decides which label holds for each: the one known last.
 * Idempotent, and the outcome is the same in whatever order labels and predictions arrive; corrections keep what was
 * said before. Labels of predictions that are not known yet wait for them. All of a request's labels are kept, or none;
 * on disk when it resolves.
 *
 * @throws LABEL_INVALID naming each label that does not fit, LABELS_TOO_MANY, LABELS_WAITING
 *
 * @example
 * const labels = [{ prediction: '4bf92f3577b34da6a3ce929d0e0e4736', value: true, knownAt: '2001-02-03T20:05:00Z' }];
 * const { matched } = await recordLabels(context, { endpoint: 'flight-delays', labels, task: model.task });
 */
export async function recordLabels(context: Context, request: LabelsToRecord): Promise<LabelReceipt> {
  const { endpoint, labels } = request;
  if (labels.length > MOST_LABELS) {
    throw new AirworthyError('LABELS_TOO_MANY', {
      message: `${count(labels.length)} labels in one request; at most ${count(MOST_LABELS)} are taken`,
    });
  }
  const read = readLabels(labels, rulesOf(context, request));
  const receipt = await context.store.database.write((sql) => keepLabels(context, sql, request, read));
  const kept = receipt.received - receipt.unchanged;
  if (kept > 0) context.events.emit('labels.recorded', { endpoint, labels: kept });
  return receipt;
}

/** What labels are checked against now. */
export function rulesOf(context: Context, { task, key, labelsAhead = 300 }: LabelSettings): LabelRules {
  return { task, key, latest: context.clock.now() + labelsAhead * 1_000 };
}

/** The same inside a write of the caller's, for labels that were read. */
export async function keepLabels(
  context: Context,
  sql: Kysely<Schema>,
  { endpoint, retentionDays = 30 }: LabelSettings,
  labels: readonly ReadLabel[],
): Promise<LabelReceipt> {
  const ids = distinct(labels.map((label) => label.prediction));
  const keys = distinct(labels.map((label) => label.key));
  const predictions = await findPredictions(context, sql, endpoint, labels, { ids, keys });
  const past = await readHistory(context, sql, endpoint, { ids, keys });
  const now = context.clock.now();
  const planned = planLabels(endpoint, labels, past, now);
  const belongsTo = (label: NewLabel): LoggedRow[] =>
    predictions.get(label.prediction ?? label.business_key ?? '') ?? [];
  const gone = await findGone(
    context,
    sql,
    planned.filter((label) => belongsTo(label).length === 0),
  );
  const oldest = now - retentionDays * DAY_MS;
  const rows = planned.map((label): LabelTable => {
    const lost = label.known_at < oldest || gone.has(label.prediction ?? '');
    const state = belongsTo(label).length > 0 ? 'matched' : lost ? 'expired' : 'waiting';
    return toRow(context, endpoint, label, state, now);
  });
  const counts = countStates(rows);
  if (counts.waiting > 0) await requireRoom(context, sql, counts.waiting);
  await insertInChunks(sql, rows, (chunk) => sql.insertInto('label').values(chunk));
  const corrected = await settleOutcomes(context, sql, endpoint, group(planned, belongsTo));
  return {
    received: labels.length,
    ...counts,
    matched: counts.matched - corrected.size,
    corrected: corrected.size,
    unchanged: labels.length - planned.length,
  };
}

function distinct(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null))];
}

/** The predictions that the labels name, by id and by key. */
async function findPredictions(
  context: Context,
  sql: Kysely<Schema>,
  endpoint: string,
  labels: readonly ReadLabel[],
  { ids, keys }: { ids: readonly string[]; keys: readonly string[] },
): Promise<Map<string, LoggedRow[]>> {
  const found = new Map<string, LoggedRow[]>();
  for (const row of await findById(context, sql, ids)) found.set(row.id, [row]);
  const elsewhere = labels.flatMap(({ prediction }, index) => {
    const [row] = found.get(prediction ?? '') ?? [];
    if (row === undefined || row.endpoint === endpoint) return [];
    return [{ index, problem: `is of prediction ${row.id}, which endpoint "${row.endpoint}" made` }];
  });
  if (elsewhere.length > 0) throw labelsInvalid(elsewhere);
  for (const row of await findByKey(context, sql, endpoint, keys)) {
    const others = found.get(row.businessKey ?? '');
    if (others) others.push(row);
    else found.set(row.businessKey ?? '', [row]);
  }
  return found;
}

/** Of predictions that are not on record, those that once were: they had a label before they went. */
async function findGone(
  { project }: Context,
  sql: Kysely<Schema>,
  unmatched: readonly NewLabel[],
): Promise<Set<string>> {
  const ids = distinct(unmatched.map((label) => label.prediction));
  const rows = await selectInChunks(sql, ids, (chunk) =>
    sql
      .selectFrom('outcome')
      .select('prediction')
      .where('project', '=', project)
      .where('prediction', 'in', chunk),
  );
  return new Set(rows.map((row) => row.prediction));
}

function toRow(
  { project, actor }: Context,
  endpoint: string,
  { id, prediction, business_key, value_json, source, known_at }: NewLabel,
  state: LabelTable['state'],
  received_at: number,
): LabelTable {
  return {
    ...{ project, id, endpoint, prediction, business_key, value_json, source, known_at },
    ...{ received_at, actor, state },
  };
}

function countStates(rows: readonly LabelTable[]) {
  const of = (state: LabelTable['state']) => rows.filter((row) => row.state === state).length;
  return { matched: of('matched'), waiting: of('waiting'), expired: of('expired') };
}

/** Nothing is dropped to make room: whoever sends is told. */
async function requireRoom({ project }: Context, sql: Kysely<Schema>, more: number): Promise<void> {
  const waiting = sql
    .selectFrom('label')
    .select('id')
    .where('project', '=', project)
    .where('state', '=', WAITING)
    .limit(MOST_WAITING)
    .as('waiting');
  const { count: before } = await sql
    .selectFrom(waiting)
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  if (before + more <= MOST_WAITING) return;
  throw new AirworthyError('LABELS_WAITING', {
    message: `${count(before)} labels wait for predictions that are not known, and ${count(more)} more would; at most ${count(MOST_WAITING)} may`,
    facts: { waiting: before, more },
  });
}

/** A label by key is one for each prediction of that key. */
function group(
  labels: readonly NewLabel[],
  belongsTo: (label: NewLabel) => readonly LoggedRow[],
): LabelledPrediction[] {
  const groups = new Map<string, LabelledPrediction>();
  for (const label of labels) {
    for (const prediction of belongsTo(label)) {
      const labelled = groups.get(prediction.id);
      if (labelled) labelled.labels.push(label);
      else groups.set(prediction.id, { prediction, labels: [label] });
    }
  }
  return [...groups.values()];
}
