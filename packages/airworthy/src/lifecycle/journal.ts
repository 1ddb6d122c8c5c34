import { contentKey } from '../kernel/ids.ts';
import type { Context } from '../store/ports.ts';

/** What a step is: the piece of work it belongs to, its name, and everything its result depends on. */
export interface StepIdentity {
  work: string;
  step: string;
  /** Of the step's code (revisions.ts). */
  revision: number;
  /** JSON; equal inputs mean the step need not run again. */
  inputs: unknown;
}

export interface StepResult<Output> {
  output: Output;
  /** True where the journal already held the output and nothing was run. */
  skipped: boolean;
}

/**
 * Runs a step once for the content of its inputs. A step that is done returns its recorded output; one that was
 * running when its process died, or that failed, is run again, so `run` must be idempotent by content and its
 * output plain JSON.
 *
 * @example
 * const { output, skipped } = await step(context, { work: 'ship', step: 'training', revision: 1, inputs: { digest } }, () => train());
 */
export async function step<Output>(
  context: Context,
  identity: StepIdentity,
  run: () => Promise<Output>,
): Promise<StepResult<Output>> {
  const key = contentKey(identity);
  const recorded = await findDone(context, key);
  if (recorded !== undefined) return { output: recorded as Output, skipped: true };
  context.signal?.throwIfAborted();
  await record(context, identity, 'running');
  try {
    const output = await run();
    await record(context, identity, 'done', output);
    return { output, skipped: false };
  } catch (error) {
    // The first error is the one to report, even where the journal cannot be written either (a full disk).
    await record(context, identity, 'failed').catch(() => {});
    throw error;
  }
}

async function findDone(context: Context, key: string): Promise<unknown> {
  const row = await context.store.database.sql
    .selectFrom('journal_step')
    .select(['state', 'output_json'])
    .where('project', '=', context.project)
    .where('key', '=', key)
    .executeTakeFirst();
  return row?.state === 'done' && row.output_json !== null ? JSON.parse(row.output_json) : undefined;
}

async function record(
  context: Context,
  identity: StepIdentity,
  state: 'running' | 'done' | 'failed',
  output?: unknown,
): Promise<void> {
  const now = context.clock.now();
  const outcome = {
    state,
    output_json: state === 'done' ? JSON.stringify(output ?? null) : null,
    ended_at: state === 'running' ? null : now,
  };
  await context.store.database.write((sql) =>
    sql
      .insertInto('journal_step')
      .values({
        project: context.project,
        key: contentKey(identity),
        work: identity.work,
        step: identity.step,
        started_at: now,
        ...outcome,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['project', 'key'])
          .doUpdateSet(state === 'running' ? { ...outcome, started_at: now } : outcome),
      )
      .execute(),
  );
}
