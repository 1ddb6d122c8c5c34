import type { Kysely } from 'kysely';
import { AirworthyError } from '../../kernel/errors.ts';
import { appendAudit } from '../../store/audit.ts';
import type { Context } from '../../store/ports.ts';
import type { Schema } from '../../store/sql/schema.ts';
import type { RolloutTable } from '../../store/sql/serving-tables.ts';
import type { RolloutPlan } from './plan-schema.ts';
import { hasEnded, mayFollow, type RolloutState, reduceRollout } from './reduce-rollout.ts';
import type { RolloutArm, RolloutDecision, RolloutEvent, RolloutSummary } from './schema.ts';

/** The last revision of the endpoint's labels, and the last moment of its feedback. */
export interface OutcomesRead {
  labels: number;
  feedback: number;
}

/** A rollout with everything that happened to it. */
export interface Rollout {
  id: string;
  endpoint: string;
  number: number;
  plan: RolloutPlan;
  /** The champion’s first. */
  arms: RolloutArm[];
  slowUs: number | null;
  reason: string;
  sentence: string;
  startedAt: number;
  endedAt: number | null;
  /** How far outcomes were read. */
  outcomesRead: OutcomesRead;
  events: RolloutEvent[];
  state: RolloutState;
}

/** The name of what the audit record says of a rollout. */
export function auditObject({ endpoint, number }: Pick<Rollout, 'endpoint' | 'number'>): string {
  return `endpoint/${endpoint}/rollout/${number}`;
}

/** @throws ROLLOUT_NOT_FOUND */
export async function readRollout(
  context: Context,
  id: string,
  sql = context.store.database.sql,
): Promise<Rollout> {
  const row = await sql
    .selectFrom('rollout')
    .selectAll()
    .where('project', '=', context.project)
    .where('id', '=', id)
    .executeTakeFirst();
  if (row) return (await withEvents(sql, [row]))[0];
  throw new AirworthyError('ROLLOUT_NOT_FOUND', { message: `no rollout has the id "${id.slice(0, 100)}"` });
}

/** Rollouts that are not over. */
export async function openRollouts(
  context: Context,
  { endpoint, sql = context.store.database.sql }: { endpoint?: string; sql?: Kysely<Schema> } = {},
): Promise<Rollout[]> {
  let query = sql
    .selectFrom('rollout')
    .selectAll()
    .where('project', '=', context.project)
    .where('ended_at', 'is', null);
  if (endpoint !== undefined) query = query.where('endpoint', '=', endpoint);
  return withEvents(sql, await query.orderBy('endpoint').execute());
}

async function withEvents(sql: Kysely<Schema>, rows: readonly RolloutTable[]): Promise<Rollout[]> {
  const rollouts: Rollout[] = [];
  for (const row of rows) {
    const found = await sql
      .selectFrom('rollout_event')
      .select('event_json')
      .where('project', '=', row.project)
      .where('rollout', '=', row.id)
      .orderBy('sequence')
      .execute();
    const events = found.map(({ event_json }): RolloutEvent => JSON.parse(event_json));
    rollouts.push({ ...fromRow(row), events, state: reduceRollout(events) });
  }
  return rollouts;
}

function fromRow(row: RolloutTable): Omit<Rollout, 'events' | 'state'> {
  return {
    id: row.id,
    endpoint: row.endpoint,
    number: row.number,
    plan: JSON.parse(row.plan_json),
    arms: JSON.parse(row.arms_json),
    slowUs: row.slow_us,
    reason: row.reason,
    sentence: row.sentence,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    outcomesRead: { labels: row.labels_revision, feedback: row.feedback_until },
  };
}

/** Puts a rollout on record with its first event, inside a write under way. */
export async function insertRollout(
  context: Context,
  sql: Kysely<Schema>,
  rollout: Omit<Rollout, 'events' | 'state' | 'sentence' | 'endedAt' | 'outcomesRead'>,
  first: RolloutDecision,
): Promise<void> {
  const { id, endpoint, number, reason, startedAt } = rollout;
  await sql
    .insertInto('rollout')
    .values({
      ...{ project: context.project, id, endpoint, number, reason, sentence: first.sentence },
      plan_json: JSON.stringify(rollout.plan),
      arms_json: JSON.stringify(rollout.arms),
      slow_us: rollout.slowUs,
      ...{ state: first.to, step: first.step, started_at: startedAt, ended_at: null },
      ...{ driver: null, driven_until: 0, labels_revision: 0, feedback_until: 0 },
    })
    .execute();
  await insertEvent(context, sql, rollout, undefined, first);
}

/**
 * Appends what was decided on the state one saw, with its audit entry; false where another process was faster or it may no
 * longer follow: then nothing is written.
 */
export async function appendEvent(
  context: Context,
  seen: Rollout,
  decision: RolloutDecision,
  { slowUs }: { slowUs?: number | undefined } = {},
): Promise<boolean> {
  const appended = await context.store.database.write(async (sql) => {
    const { state } = await readRollout(context, seen.id, sql);
    if (state.lastSequence !== seen.state.lastSequence || !mayFollow(state.name, decision.to)) return false;
    const event = await insertEvent(context, sql, seen, state, decision);
    await sql
      .updateTable('rollout')
      .set({
        ...{ state: decision.to, step: decision.step, sentence: decision.sentence },
        ...(slowUs === undefined ? {} : { slow_us: slowUs }),
        ...(hasEnded(decision.to) ? { ended_at: event.at } : {}),
      })
      .where('project', '=', context.project)
      .where('id', '=', seen.id)
      .execute();
    return true;
  });
  if (appended) tellChange(context, seen, decision.to);
  return appended;
}

/** Tells pages and this process’s own follower. */
export function tellChange(
  context: Context,
  { id, endpoint }: Pick<Rollout, 'id' | 'endpoint'>,
  state: string,
): void {
  context.events.emit('rollout.changed', { rollout: id, endpoint, state });
}

async function insertEvent(
  context: Context,
  sql: Kysely<Schema>,
  rollout: Pick<Rollout, 'id' | 'endpoint' | 'number'>,
  before: RolloutState | undefined,
  decision: RolloutDecision,
): Promise<RolloutEvent> {
  const sequence = (before?.lastSequence ?? 0) + 1;
  const { to, reason, evidence, step, weights } = decision;
  const event = {
    ...decision,
    sequence,
    at: context.clock.now(),
    actor: context.actor,
    from: before?.name ?? null,
  };
  await sql
    .insertInto('rollout_event')
    .values({
      project: context.project,
      rollout: rollout.id,
      sequence,
      at: event.at,
      event_json: JSON.stringify(event),
    })
    .execute();
  await appendAudit(context, sql, {
    action: `rollout.${to}`,
    object: auditObject(rollout),
    reason: decision.sentence === '' ? reason : `${reason}: ${decision.sentence}`,
    evidence: { from: event.from, to, step, weights, ...evidence },
  });
  return event;
}

/** A seat that is taken for so many times as long was taken before the clock was set back. */
const CLOCK_WAS_SET_BACK = 10;

/**
 * Takes the right to decide for a while, or keeps it; false where another process has it. Whoever dies loses it within that
 * time, and another goes on.
 */
export async function takeDriverSeat(
  context: Context,
  id: string,
  { driver, forMs }: { driver: string; forMs: number },
): Promise<boolean> {
  const now = context.clock.now();
  const { numUpdatedRows } = await context.store.database.write((sql) =>
    sql
      .updateTable('rollout')
      .set({ driver, driven_until: now + forMs })
      .where('project', '=', context.project)
      .where('id', '=', id)
      .where((where) =>
        where.or([
          where('driver', '=', driver),
          where('driven_until', '<=', now),
          where('driven_until', '>', now + CLOCK_WAS_SET_BACK * forMs),
        ]),
      )
      .executeTakeFirst(),
  );
  return numUpdatedRows > 0n;
}

/** Rollouts of an endpoint, newest first; of a long list those before a number. */
export async function listRollouts(
  context: Context,
  { endpoint, before, limit }: { endpoint: string; before?: number | undefined; limit: number },
): Promise<RolloutSummary[]> {
  let query = context.store.database.sql
    .selectFrom('rollout')
    .selectAll()
    .where('project', '=', context.project)
    .where('endpoint', '=', endpoint);
  if (before !== undefined) query = query.where('number', '<', before);
  const rows = await query.orderBy('number', 'desc').limit(limit).execute();
  return rows.map((row) =>
    toSummary({ ...fromRow(row), state: { name: row.state, step: row.step } as RolloutState }),
  );
}

export function toSummary(rollout: Omit<Rollout, 'events'>): RolloutSummary {
  const { id, endpoint, number, plan, arms, state, reason, sentence, startedAt, endedAt } = rollout;
  const [control, first] = arms;
  const tried = arms.find(({ name }) => name === state.challenger) ?? first;
  return {
    ...{ id, endpoint, number, model: tried.model, version: tried.version, control: control.version },
    ...{
      state: state.name,
      step: state.step,
      steps: plan.steps.length,
      reason,
      sentence,
      startedAt,
      endedAt,
    },
  };
}
