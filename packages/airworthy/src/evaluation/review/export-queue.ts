import { addParts, type CellValue, type DatasetVersion, openRowWriter } from '../../data/index.ts';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Field } from '../../models/table.ts';
import type { Context } from '../../store/ports.ts';
import { settle } from './consensus.ts';
import { requireQueue } from './queue-rows.ts';
import { type ReviewedItem, reviewedItems, submittedAnswers } from './reviewed-items.ts';
import type { Question, ReviewQueue } from './schema.ts';

export interface ExportedQueue {
  version: DatasetVersion;
  rows: number;
  /** Settled items of which some answer is open: reviewers differ, and nobody adjudicated. */
  unsettled: number;
}

interface Column {
  name: string;
  kind: 'category' | 'number' | 'integer';
  value(item: ReviewedItem): CellValue;
}

/**
 * What people settled on, as a version of a dataset: a row for each item that needs no more answers, with its input, what was
 * answered, each question's answer and how many agreed, and the probability with which it was drawn. What a correction says
 * becomes `expected`. The same answers give the same version; what it was made from names every item and reviewer.
 *
 * @throws REVIEW_QUEUE_NOT_FOUND, REVIEW_UNFINISHED
 */
export async function exportReviewQueue(
  context: Context,
  { queue: name, dataset = `${name}-reviewed` }: { queue: string; dataset?: string | undefined },
): Promise<ExportedQueue> {
  const queue = await requireQueue(context, context.store.database.sql, name);
  const items: ReviewedItem[] = [];
  for await (const item of reviewedItems(context, name)) {
    if (item.state !== 'open' && item.gold === null) items.push(item);
  }
  if (items.length === 0) {
    throw new AirworthyError('REVIEW_UNFINISHED', { message: `no item of queue "${name}" is settled yet` });
  }
  // By id: the order of the hand-out is nobody's business.
  items.sort((a, b) => (a.id < b.id ? -1 : 1));
  const columns = columnsOf(queue, items);
  const fields: Field[] = columns.map(({ name: column, kind }) => ({ name: column, kind, nullable: true }));
  await using writer = await openRowWriter(context, fields);
  writer.append(columns.map((column) => items.map((item) => column.value(item))));
  const part = await writer.finish();
  const lineage = await context.store.blobs.put(canonicalJson(lineageOf(queue, items)));
  const { version } = await addParts(context, {
    ...{ name: dataset, parts: [part], madeFrom: [lineage], source: [`review queue ${name}`] },
    schema: { fields, features: ['input'] },
  });
  const open = (item: ReviewedItem) =>
    queue.questions.some((question) => question.required && !settledBy(question, item));
  return { version, rows: items.length, unsettled: items.filter(open).length };
}

function settledBy(question: Question, item: ReviewedItem) {
  return settle(question, item.payload, submittedAnswers(item), item.adjudication?.answers);
}

function columnsOf({ questions }: ReviewQueue, items: readonly ReviewedItem[]): Column[] {
  const pairs = items.some(({ payload }) => payload.outputs.length === 2);
  const correction = questions.find(({ kind }) => kind === 'correction');
  const corrected = (item: ReviewedItem) => (correction ? settledBy(correction, item)?.value : undefined);
  return [
    { name: 'item', kind: 'category', value: ({ id }) => id },
    { name: 'case', kind: 'category', value: ({ payload }) => payload.origin.case ?? null },
    { name: 'input', kind: 'category', value: ({ payload }) => cell(payload.input) },
    { name: 'expected', kind: 'category', value: (item) => cell(corrected(item) ?? item.payload.expected) },
    ...(pairs ? [...outputColumns('left', 0), ...outputColumns('right', 1)] : outputColumns('output', 0)),
    ...questions.flatMap((question) => answerColumns(question)),
    { name: 'probability', kind: 'number', value: ({ probability }) => probability },
    { name: 'guideline-version', kind: 'integer', value: newestGuideline },
  ];
}

function outputColumns(name: string, index: number): Column[] {
  const task = name === 'output' ? 'task' : `${name}-task`;
  return [
    { name: task, kind: 'category', value: ({ payload }) => payload.outputs[index]?.task || null },
    { name, kind: 'category', value: ({ payload }) => cell(payload.outputs[index]?.value) },
  ];
}

/** The question's name may be that of another column. */
function answerColumns(question: Question): Column[] {
  const { name, kind } = question;
  return [
    {
      ...{ name: `answer-${name}`, kind: kind === 'rating' ? 'number' : 'category' },
      value: (item) => settledBy(question, item)?.value ?? null,
    },
    {
      ...{ name: `agreement-${name}`, kind: 'number' },
      value: (item) => settledBy(question, item)?.agreement ?? null,
    },
  ];
}

function newestGuideline({ annotations, adjudication }: ReviewedItem): number | null {
  const versions = annotations.map(({ guidelineVersion }) => guidelineVersion);
  if (adjudication) versions.push(adjudication.guidelineVersion);
  return versions.length === 0 ? null : Math.max(...versions);
}

/** Text as it is, anything else as JSON. */
function cell(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : canonicalJson(value);
}

function lineageOf({ name, source }: ReviewQueue, items: readonly ReviewedItem[]) {
  return {
    ...{ format: 'airworthy-review-lineage/1', queue: name, source },
    items: items.map(({ id, payload, annotations, adjudication }) => ({
      ...{ id, origin: payload.origin },
      reviewers: annotations.map(({ reviewer, state, guidelineVersion, at }) => ({
        reviewer,
        state,
        guidelineVersion,
        at,
      })),
      adjudicated: adjudication === undefined ? null : { actor: adjudication.actor, at: adjudication.at },
    })),
  };
}
