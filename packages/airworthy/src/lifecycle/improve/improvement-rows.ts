import type { Kysely, Selectable } from 'kysely';
import { AirworthyError } from '../../kernel/errors.ts';
import { idFromContent } from '../../kernel/ids.ts';
import { appendAudit } from '../../store/audit.ts';
import type { Context } from '../../store/ports.ts';
import type { ImprovementTable, Schema } from '../../store/sql/schema.ts';
import type { Improvement, ImprovementCause, ImprovementFacts, ImprovementState } from './schema.ts';

const ENDED: readonly ImprovementState[] = ['promoted', 'kept', 'failed'];

/** Begins the endpoint's next improvement. */
export function beginImprovement(
  context: Context,
  endpoint: string,
  cause: ImprovementCause,
  facts: ImprovementFacts,
): Promise<Improvement> {
  const { project, actor, clock, store } = context;
  return store.database.write(async (sql) => {
    const former = await newest(sql, project, endpoint);
    const number = (former?.number ?? 0) + 1;
    const row: ImprovementTable = {
      project,
      id: idFromContent({ project, endpoint, number }),
      endpoint,
      number,
      state: 'training',
      trigger_json: JSON.stringify(cause),
      facts_json: JSON.stringify(facts),
      reason: '',
      actor,
      started_at: clock.now(),
      ended_at: null,
    };
    await sql.insertInto('improvement').values(row).execute();
    return toImprovement(row);
  });
}

/** Writes down how far an improvement is; what ends it is audited. */
export async function recordProgress(
  context: Context,
  improvement: Improvement,
  progress: { state: ImprovementState; facts?: ImprovementFacts; reason?: string },
): Promise<Improvement> {
  const ended = ENDED.includes(progress.state);
  const updated: Improvement = {
    ...improvement,
    state: progress.state,
    facts: { ...improvement.facts, ...progress.facts },
    reason: progress.reason ?? improvement.reason,
    endedAt: ended ? context.clock.now() : null,
  };
  await context.store.database.write(async (sql) => {
    await sql
      .updateTable('improvement')
      .set({
        state: updated.state,
        facts_json: JSON.stringify(updated.facts),
        reason: updated.reason,
        ended_at: updated.endedAt,
      })
      .where('project', '=', context.project)
      .where('id', '=', improvement.id)
      .execute();
    if (ended) await audit(context, sql, updated);
  });
  const { id, endpoint, state } = updated;
  context.events.emit('improvement.changed', { improvement: id, endpoint, state });
  return updated;
}

function audit(context: Context, sql: Kysely<Schema>, { id, state, reason, cause, facts }: Improvement) {
  return appendAudit(context, sql, {
    action: `improvement.${state}`,
    object: `improvement/${id}`,
    reason,
    evidence: { cause, ...facts, verdicts: facts.verdicts?.map((verdict) => verdict.id) ?? [] },
  });
}

/** The endpoint's newest improvement, ended or not. */
export async function newestImprovement(
  context: Context,
  endpoint: string,
): Promise<Improvement | undefined> {
  const row = await newest(context.store.database.sql, context.project, endpoint);
  return row && toImprovement(row);
}

function newest(sql: Kysely<Schema>, project: string, endpoint: string) {
  return sql
    .selectFrom('improvement')
    .selectAll()
    .where('project', '=', project)
    .where('endpoint', '=', endpoint)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Throws IMPROVEMENT_NOT_FOUND. */
export async function getImprovement(context: Context, id: string): Promise<Improvement> {
  const row = await context.store.database.sql
    .selectFrom('improvement')
    .selectAll()
    .where('project', '=', context.project)
    .where('id', '=', id)
    .executeTakeFirst();
  if (row) return toImprovement(row);
  throw new AirworthyError('IMPROVEMENT_NOT_FOUND', { message: `no improvement has the id "${id}"` });
}

/** By its number within the endpoint. Throws IMPROVEMENT_NOT_FOUND. */
export async function findImprovement(
  context: Context,
  endpoint: string,
  number: number,
): Promise<Improvement> {
  const [found] = await listImprovements(context, { endpoint, limit: 1, before: number + 1 });
  if (found?.number === number) return found;
  throw new AirworthyError('IMPROVEMENT_NOT_FOUND', { message: `${endpoint} has no improvement ${number}` });
}

/** Of one endpoint, newest first; `before` is the number the former page ended with. */
export async function listImprovements(
  context: Context,
  { endpoint, limit = 100, before }: { endpoint: string; limit?: number; before?: number | undefined },
): Promise<Improvement[]> {
  let query = context.store.database.sql
    .selectFrom('improvement')
    .selectAll()
    .where('project', '=', context.project)
    .where('endpoint', '=', endpoint);
  if (before !== undefined) query = query.where('number', '<', before);
  const rows = await query.orderBy('number', 'desc').limit(limit).execute();
  return rows.map(toImprovement);
}

function toImprovement(row: Selectable<ImprovementTable>): Improvement {
  return {
    id: row.id,
    endpoint: row.endpoint,
    number: row.number,
    state: row.state,
    cause: JSON.parse(row.trigger_json),
    facts: JSON.parse(row.facts_json),
    reason: row.reason,
    actor: row.actor,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}
