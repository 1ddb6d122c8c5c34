import { canonicalJson } from '../../kernel/canonical-json.ts';
import { checkInput } from '../../kernel/check-input.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { contentKey } from '../../kernel/ids.ts';
import { appendAudit } from '../../store/audit.ts';
import type { Context } from '../../store/ports.ts';
import type { QueueItemTable, ReviewQueueTable } from '../../store/sql/evaluation-tables.ts';
import { insertInChunks } from '../../store/sql/insert-in-chunks.ts';
import { buildItems } from './queue-items.ts';
import { toQueue } from './queue-rows.ts';
import type { NewItem } from './read-items.ts';
import { type ReviewQueue, ReviewQueueInput, type ReviewQueueSpec } from './schema.ts';

/**
 * Makes a queue of answers for people to judge: of an evaluation, its cases drawn with known probabilities, or of items given
 * as they are. The same input again is the same queue. Durable when it resolves.
 *
 * @throws BAD_ARGUMENT, REVIEW_QUEUE_EXISTS, REVIEW_QUEUE_EMPTY, SUITE_EVALUATION_NOT_FOUND, HELD_OUT_CLOSED, METRIC_UNKNOWN
 * @example
 * await createReviewQueue(context, {
 *   name: 'polite', questions: [{ name: 'polite', kind: 'choice', options: ['yes', 'no'] }], reviewers: 2,
 *   source: { evaluation: 'support#3', sample: { kind: 'random', n: 200 } },
 * });
 */
export async function createReviewQueue(
  context: Context,
  input: ReviewQueueInput,
): Promise<{ queue: ReviewQueue; items: number; reused: boolean }> {
  const spec = checkInput('createReviewQueue', ReviewQueueInput, input);
  const key = contentKey(spec);
  const former = await findSame(context, spec.name, key);
  if (former) return former;
  const items = await buildItems(context, spec);
  const asked = items.filter(({ gold }) => gold === null).length;
  if (asked === 0) {
    throw new AirworthyError('REVIEW_QUEUE_EMPTY', { message: `queue "${spec.name}" would have no items` });
  }
  requireDistinct(spec.name, items);
  const row = toRow(context, spec, key);
  await context.store.database.write(async (sql) => {
    const { numInsertedOrUpdatedRows } = await sql
      .insertInto('review_queue')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows !== 1n) return;
    const rows = items.map((item, position) => itemRow(row, item, position));
    await insertInChunks(sql, rows, (chunk) => sql.insertInto('queue_item').values(chunk));
    await appendAudit(context, sql, {
      action: 'review.create',
      object: `review/${spec.name}`,
      reason: `${asked} items for ${spec.reviewers} reviewer(s) each`,
      evidence: { key, source: spec.source ?? null, guideline: spec.guideline, guidelineVersion: 1 },
    });
  });
  // Another process may have been first.
  const stored = await findSame(context, spec.name, key);
  if (!stored) throw new Error('unreachable: the queue was just written');
  return { ...stored, reused: false };
}

async function findSame({ project, store }: Context, name: string, key: string) {
  const row = await store.database.sql
    .selectFrom('review_queue')
    .selectAll()
    .where('project', '=', project)
    .where('name', '=', name)
    .executeTakeFirst();
  if (!row) return undefined;
  if ((JSON.parse(row.source_json) as { key: string }).key !== key) {
    throw new AirworthyError('REVIEW_QUEUE_EXISTS', {
      message: `there is a review queue "${name}" already, made from something else`,
    });
  }
  const { items } = await store.database.sql
    .selectFrom('queue_item')
    .select((each) => each.fn.countAll().as('items'))
    .where('project', '=', project)
    .where('queue', '=', name)
    .where('gold_json', 'is', null)
    .executeTakeFirstOrThrow();
  return { queue: toQueue(row), items: Number(items), reused: true };
}

function requireDistinct(queue: string, items: readonly NewItem[]): void {
  const seen = new Set<string>();
  for (const { id, payload } of items) {
    if (seen.has(id)) {
      throw new AirworthyError('BAD_ARGUMENT', {
        message: `queue "${queue}": two items are the same: ${JSON.stringify(payload.origin.case ?? payload.input).slice(0, 200)}`,
        remedy: 'Take one out, or give each a `case` of its own.',
        at: 'items',
      });
    }
    seen.add(id);
  }
}

function toRow({ project, actor, clock }: Context, spec: ReviewQueueSpec, key: string): ReviewQueueTable {
  const { name, questions, guideline, reviewers, leaseSeconds, showExpected, source = null } = spec;
  return {
    ...{ project, name, guideline, guideline_version: 1, reviewers, lease_seconds: leaseSeconds },
    questions_json: canonicalJson(questions),
    source_json: canonicalJson({ key, source, showExpected }),
    ...{ seed: String(spec.seed), state: 'open', actor, created_at: clock.now() },
  };
}

function itemRow(
  queue: ReviewQueueTable,
  { id, payload, probability, gold }: NewItem,
  position: number,
): QueueItemTable {
  return {
    ...{ project: queue.project, queue: queue.name, id, position, probability, state: 'open' },
    payload_json: JSON.stringify(payload),
    gold_json: gold === null ? null : canonicalJson(gold),
    adjudication_json: null,
  };
}
