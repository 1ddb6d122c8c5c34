import { appendAudit } from '../../store/audit.ts';
import type { Context } from '../../store/ports.ts';
import { requireQueue } from './queue-rows.ts';
import type { ReviewQueue } from './schema.ts';

export interface QueueChange {
  /** Becomes the next version; answers given before keep the number of theirs. */
  guideline?: string | undefined;
  state?: ReviewQueue['state'] | undefined;
  reason: string;
}

/** Changes the guideline of a queue, or closes or opens it; with an audit entry. What is so already stays. Throws REVIEW_QUEUE_NOT_FOUND. */
export async function changeReviewQueue(
  context: Context,
  name: string,
  { guideline, state, reason }: QueueChange,
): Promise<ReviewQueue> {
  return context.store.database.write(async (sql) => {
    const queue = await requireQueue(context, sql, name);
    const revised = guideline !== undefined && guideline !== queue.guideline;
    const next: ReviewQueue = {
      ...queue,
      ...(revised ? { guideline, guidelineVersion: queue.guidelineVersion + 1 } : {}),
      ...(state === undefined ? {} : { state }),
    };
    if (!revised && next.state === queue.state) return queue;
    await sql
      .updateTable('review_queue')
      .set({ guideline: next.guideline, guideline_version: next.guidelineVersion, state: next.state })
      .where('project', '=', context.project)
      .where('name', '=', name)
      .execute();
    const { guidelineVersion } = next;
    await appendAudit(context, sql, {
      action: revised ? 'review.guideline' : `review.${next.state === 'open' ? 'open' : 'close'}`,
      object: `review/${name}`,
      reason,
      evidence: { state: next.state, guidelineVersion, ...(revised ? { guideline } : {}) },
    });
    return next;
  });
}
