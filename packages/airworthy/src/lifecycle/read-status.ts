import { type Deployment, type Evidence, readEvidence } from '../serving/index.ts';
import type { Context } from '../store/ports.ts';

/** What serves at an endpoint, since when, and on what evidence. */
export interface ServedModel {
  endpoint: string;
  deployment: Deployment;
  evidence: Evidence;
}

/** Every endpoint that serves, by name, from the record: nothing is loaded. */
export async function readStatus(context: Context): Promise<ServedModel[]> {
  const rows = await context.store.database.sql
    .selectFrom('deployment')
    .selectAll()
    .where('project', '=', context.project)
    .where('ended_at', 'is', null)
    .orderBy('endpoint')
    .execute();
  return Promise.all(
    rows.map(async ({ started_at: startedAt, id, endpoint, model, version, bundle, actor, reason }) => ({
      endpoint,
      deployment: { id, endpoint, model, version, bundle, actor, reason, startedAt },
      evidence: await readEvidence(context, bundle),
    })),
  );
}
