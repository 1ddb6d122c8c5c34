import { canonicalJson } from '../../kernel/canonical-json.ts';
import { checkInput } from '../../kernel/check-input.ts';
import { appendAudit } from '../../store/audit.ts';
import type { Context } from '../../store/ports.ts';
import { checkAnswers } from './check-answers.ts';
import { requireItem, requireQueue } from './queue-rows.ts';
import { type Adjudication, AdjudicationInput } from './schema.ts';

/**
 * Settles an item whatever its reviewers said, whose answers stay on record; it is not handed out any more. The same again
 * changes nothing; another decision takes the place of the one before, and both are in the audit.
 *
 * @throws ANNOTATION_INVALID, REVIEW_QUEUE_NOT_FOUND, QUEUE_ITEM_NOT_FOUND
 */
export async function adjudicateItem(
  context: Context,
  { queue: name, item: id, ...input }: AdjudicationInput & { queue: string; item: string },
): Promise<Adjudication> {
  const { answers, reason, by = context.actor } = checkInput('adjudicateItem', AdjudicationInput, input);
  return context.store.database.write(async (sql) => {
    const queue = await requireQueue(context, sql, name);
    const item = await requireItem(context, sql, name, id);
    checkAnswers(queue.questions, answers, true);
    const former: Adjudication | undefined =
      item.adjudication_json === null ? undefined : JSON.parse(item.adjudication_json);
    const said = { answers, reason, actor: by };
    if (
      former &&
      canonicalJson({ answers: former.answers, reason: former.reason, actor: former.actor }) ===
        canonicalJson(said)
    ) {
      return former;
    }
    const adjudication = { ...said, guidelineVersion: queue.guidelineVersion, at: context.clock.now() };
    await sql
      .updateTable('queue_item')
      .set({ state: 'adjudicated', adjudication_json: canonicalJson(adjudication) })
      .where('project', '=', context.project)
      .where('queue', '=', name)
      .where('id', '=', id)
      .execute();
    await appendAudit(context, sql, {
      action: 'review.adjudicate',
      object: `review/${name}/${id}`,
      reason,
      evidence: { answers, by, before: former?.answers ?? null },
    });
    return adjudication;
  });
}
