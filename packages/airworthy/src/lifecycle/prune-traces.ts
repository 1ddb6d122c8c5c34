import { setTimeout as pause } from 'node:timers/promises';
import type { Context } from '../store/ports.ts';
import { eraseTraces, type TracesConfig, tracesBefore } from '../tracking/index.ts';
import { deleteContent } from './delete-content.ts';

const DAY_MS = 86_400_000;
/** Traces a write: few enough that one waiting behind it does not notice. */
const AT_ONCE = 100;
const PAUSE_MS = 20;

/** Deletes traces older than `tracking.traces.retentionDays`, and what was attached to them; says how many went. */
export async function pruneTraces(
  context: Context,
  { retentionDays }: Pick<TracesConfig, 'retentionDays'>,
): Promise<number> {
  if (retentionDays === undefined) return 0;
  const before = context.clock.now() - retentionDays * DAY_MS;
  let pruned = 0;
  for (;;) {
    const ids = await tracesBefore(context, before, AT_ONCE);
    if (ids.length === 0) return pruned;
    const { blobs } = await context.store.database.write((sql) => eraseTraces(sql, context.project, ids));
    await deleteContent(context, pagesOf(blobs));
    pruned += ids.length;
    await pause(PAUSE_MS);
  }
}

async function* pagesOf(digests: readonly string[]): AsyncGenerator<readonly string[]> {
  yield digests;
}
