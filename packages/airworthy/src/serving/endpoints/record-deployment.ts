import type { Kysely } from 'kysely';
import { newId } from '../../kernel/ids.ts';
import { appendAudit } from '../../store/audit.ts';
import type { Context } from '../../store/ports.ts';
import type { DeploymentTable, Schema } from '../../store/sql/schema.ts';
import type { Deployment, Release } from '../schema.ts';

/** The arm that is what is deployed; a rollout brings others. */
export const ARM = 'champion';

/**
 * Writes down what an endpoint serves from now on and ends what it served before, with an audit entry, in one
 * write. The same bundle again (a restart, a retry) makes no second row and returns the one that stands.
 */
export function recordDeployment(context: Context, endpoint: string, release: Release): Promise<Deployment> {
  return context.store.database.write(async (sql) => {
    const open = await currentDeployment(sql, context.project, endpoint);
    if (open && open.bundle === release.bundle && open.model === release.model) return open;
    const now = context.clock.now();
    await sql
      .insertInto('endpoint')
      .values({ project: context.project, name: endpoint, model: release.model, created_at: now })
      .onConflict((conflict) => conflict.columns(['project', 'name']).doUpdateSet({ model: release.model }))
      .execute();
    if (open) await setEnd(sql, context.project, open.id, now);
    const row = newRow(context, endpoint, release, now);
    await sql.insertInto('deployment').values(row).execute();
    await appendAudit(context, sql, {
      action: 'endpoint.deploy',
      object: `endpoint/${endpoint}`,
      reason: row.reason,
      evidence: { model: row.model, version: row.version, bundle: row.bundle, former: open?.bundle ?? null },
    });
    return toDeployment(row);
  });
}

/** Ends what an endpoint serves, with an audit entry, in one write; nothing where it serves nothing. */
export function endDeployment(context: Context, endpoint: string, reason: string): Promise<void> {
  return context.store.database.write(async (sql) => {
    const open = await currentDeployment(sql, context.project, endpoint);
    if (open === undefined) return;
    await setEnd(sql, context.project, open.id, context.clock.now());
    await appendAudit(context, sql, {
      action: 'endpoint.undeploy',
      object: `endpoint/${endpoint}`,
      reason,
      evidence: { model: open.model, version: open.version, bundle: open.bundle },
    });
  });
}

/** What an endpoint serves according to the record, whichever process deployed it. */
export async function currentDeployment(
  sql: Kysely<Schema>,
  project: string,
  endpoint: string,
): Promise<Deployment | undefined> {
  const row = await sql
    .selectFrom('deployment')
    .selectAll()
    .where('project', '=', project)
    .where('endpoint', '=', endpoint)
    .where('ended_at', 'is', null)
    .orderBy('started_at', 'desc')
    .executeTakeFirst();
  return row && toDeployment(row);
}

/** What every endpoint of the project serves according to the record. */
export async function currentDeployments(sql: Kysely<Schema>, project: string): Promise<Deployment[]> {
  const rows = await sql
    .selectFrom('deployment')
    .selectAll()
    .where('project', '=', project)
    .where('ended_at', 'is', null)
    .orderBy('endpoint')
    .execute();
  return rows.map(toDeployment);
}

async function setEnd(sql: Kysely<Schema>, project: string, id: string, at: number): Promise<void> {
  await sql
    .updateTable('deployment')
    .set({ ended_at: at })
    .where('project', '=', project)
    .where('id', '=', id)
    .execute();
}

function newRow(context: Context, endpoint: string, release: Release, now: number): DeploymentTable {
  return {
    project: context.project,
    id: newId(),
    endpoint,
    model: release.model,
    version: release.version,
    bundle: release.bundle,
    arm: ARM,
    actor: context.actor,
    reason: release.reason ?? '',
    started_at: now,
    ended_at: null,
  };
}

export function toDeployment(row: DeploymentTable): Deployment {
  const { id, endpoint, model, version, bundle, actor, reason, started_at } = row;
  return { id, endpoint, model, version, bundle, actor, reason, startedAt: started_at };
}
