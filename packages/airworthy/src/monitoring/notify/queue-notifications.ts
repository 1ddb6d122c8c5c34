import type { Kysely } from 'kysely';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import { newId } from '../../kernel/ids.ts';
import type { Context } from '../../store/ports.ts';
import type { NotificationTable, Schema } from '../../store/sql/schema.ts';
import type { IncidentChange, Telling } from '../policy/decide-incident.ts';
import type { Alert, MonitoringConfig } from '../schema.ts';
import { createCalendar } from '../windows/calendar.ts';
import { channelName, LOG } from './channels.ts';
import type { Message } from './message.ts';

/** Most notifications that wait; beyond it the oldest, digests first, are given up. */
export const QUEUE = 10_000;
/** Hour of the day at which digests are sent. */
const DIGEST_HOUR = 8;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Columns that a message names. */
const NAMED = 20;

/**
 * Puts what is to be told into the outbox, inside the transaction that writes the alerts: an alert is never there
 * without its notifications. A row a channel; digests wait for the morning.
 */
export async function queueNotifications(
  context: Context,
  sql: Kysely<Schema>,
  changes: readonly IncidentChange[],
  { channels, timeZone }: Pick<MonitoringConfig, 'channels' | 'timeZone'>,
): Promise<void> {
  const now = context.clock.now();
  const rows = changes.flatMap(({ alert, telling }) => {
    if (telling === null) return [];
    const morning = alert.tier === 'digest' ? nextDigest(now, timeZone) : now;
    const wanted = channels.filter(({ tiers }) => tiers.includes(alert.tier)).map(channelName);
    return [
      toRow(context, alert, telling, LOG, now),
      ...wanted.map((channel) => toRow(context, alert, telling, channel, morning)),
    ];
  });
  await insertRows(context, sql, rows);
}

/** Tells of a change to those who were told of the alert, whatever channels a config has by now. */
export async function notifyTold(
  context: Context,
  sql: Kysely<Schema>,
  { alert, telling }: IncidentChange,
): Promise<void> {
  if (telling === null) return;
  const told = await sql
    .selectFrom('notification')
    .select(['channel', (eb) => eb.fn.max('next_at').as('last')])
    .where('project', '=', context.project)
    .where('alert', '=', alert.id)
    .groupBy('channel')
    .execute();
  // Not before what is still waiting.
  const after = (last: number) => Math.max(context.clock.now(), Number(last));
  await insertRows(
    context,
    sql,
    told.map(({ channel, last }) => toRow(context, alert, telling, channel, after(last))),
  );
}

function toRow(
  { project, clock }: Context,
  alert: Alert,
  telling: Telling,
  channel: string,
  nextAt: number,
): NotificationTable {
  const at = clock.now();
  const message: Message = { type: `alert.${telling}`, at, project, alert: abridge(alert) };
  return {
    ...{ project, id: newId(), alert: alert.id, channel, payload_json: canonicalJson(message) },
    ...{ state: 'waiting', attempts: 0, next_at: nextAt, problem: null, created_at: at, ended_at: null },
  };
}

/** What is sent names some of a thousand columns; the alert on record has all. */
function abridge(alert: Alert): Alert {
  const { columns, details } = alert.evidence;
  const few = <Item>(items: readonly Item[]) => items.slice(0, NAMED);
  return {
    ...alert,
    evidence: {
      ...alert.evidence,
      columns: few(columns),
      details: { ...details, signals: few(details.signals), subjects: few(details.subjects) },
    },
  };
}

async function insertRows(context: Context, sql: Kysely<Schema>, rows: NotificationTable[]): Promise<void> {
  if (rows.length === 0) return;
  await sql.insertInto('notification').values(rows).execute();
  await shedBeyond(context, sql, QUEUE, context.clock.now());
}

/** The next eight o'clock in the morning of a time zone. */
export function nextDigest(now: number, timeZone: string): number {
  const calendar = createCalendar(timeZone);
  const today = calendar.windowOf('day', now);
  const at = (start: number) => start + DIGEST_HOUR * HOUR_MS;
  return at(today.start) > now ? at(today.start) : at(calendar.windowOf('day', now + DAY_MS).start);
}

/** Gives up the oldest waiting rows beyond a number, those of digests first; they stay on record as given up. */
export async function shedBeyond(
  { project }: Context,
  sql: Kysely<Schema>,
  most: number,
  now: number,
): Promise<void> {
  const { waiting } = await sql
    .selectFrom('notification')
    .select((eb) => eb.fn.countAll<number>().as('waiting'))
    .where('project', '=', project)
    .where('state', '=', 'waiting')
    .executeTakeFirstOrThrow();
  const excess = Number(waiting) - most;
  if (excess <= 0) return;
  const oldest = await sql
    .selectFrom('notification')
    .leftJoin('alert', (join) =>
      join.onRef('alert.project', '=', 'notification.project').onRef('alert.id', '=', 'notification.alert'),
    )
    .select('notification.id')
    .where('notification.project', '=', project)
    .where('notification.state', '=', 'waiting')
    .orderBy((eb) => eb.case().when('alert.tier', '=', 'digest').then(0).else(1).end())
    .orderBy('notification.created_at')
    .limit(excess)
    .execute();
  await sql
    .updateTable('notification')
    .set({ state: 'given-up', problem: `more than ${most} notifications were waiting`, ended_at: now })
    .where('project', '=', project)
    .where(
      'id',
      'in',
      oldest.map(({ id }) => id),
    )
    .execute();
}
