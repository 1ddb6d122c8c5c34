import type { Context } from '../../store/ports.ts';
import type { DeploymentRecord } from '../schema.ts';
import { toDeployment } from './record-deployment.ts';

export interface ListDeployments {
  endpoint?: string;
  bundle?: string;
  /** The last one of the page before. */
  before?: Pick<DeploymentRecord, 'startedAt' | 'id'> | undefined;
  limit: number;
}

/** What was served, at an endpoint or of a bundle, past and present; newest first. */
export async function listDeployments(
  context: Context,
  { endpoint, bundle, before, limit }: ListDeployments,
): Promise<DeploymentRecord[]> {
  let query = context.store.database.sql
    .selectFrom('deployment')
    .selectAll()
    .where('project', '=', context.project)
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  if (endpoint !== undefined) query = query.where('endpoint', '=', endpoint);
  if (bundle !== undefined) query = query.where('bundle', '=', bundle);
  if (before !== undefined) {
    const { startedAt, id } = before;
    query = query.where((eb) => eb(eb.refTuple('started_at', 'id'), '<', eb.tuple(startedAt, id)));
  }
  const rows = await query.execute();
  return rows.map((row) => ({ ...toDeployment(row), endedAt: row.ended_at }));
}
