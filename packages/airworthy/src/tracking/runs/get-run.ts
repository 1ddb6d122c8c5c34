import type { Context } from '../../store/ports.ts';
import type { Artifact, RunDetails } from '../schema.ts';
import { readRunData } from '../search/read-run-data.ts';
import { requireRun } from './run-rows.ts';

/** A run with its params, tags, latest metrics and artifacts. Throws RUN_NOT_FOUND. */
export async function getRun(context: Context, runId: string): Promise<RunDetails> {
  const run = await requireRun(context.store.database.sql, context.project, runId);
  const [data] = (await readRunData(context, [runId], {})).values();
  return {
    ...run,
    ...data,
    artifacts: await readArtifacts(context, runId),
    children: await countChildren(context, runId),
  };
}

async function readArtifacts(context: Context, run: string): Promise<Artifact[]> {
  const rows = await context.store.database.sql
    .selectFrom('artifact')
    .select(['path', 'digest', 'size'])
    .where('project', '=', context.project)
    .where('owner', '=', run)
    .orderBy('path')
    .execute();
  return rows.map(({ path, digest, size }) => ({ path, digest, size }));
}

async function countChildren(context: Context, run: string): Promise<number> {
  const { children } = await context.store.database.sql
    .selectFrom('run')
    .select((eb) => eb.fn.countAll().as('children'))
    .where('project', '=', context.project)
    .where('parent_run', '=', run)
    .executeTakeFirstOrThrow();
  return Number(children);
}
