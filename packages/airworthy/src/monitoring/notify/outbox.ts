import type { Selectable } from 'kysely';
import type { Context } from '../../store/ports.ts';
import type { NotificationTable } from '../../store/sql/schema.ts';
import { Message } from './message.ts';

/**
 * Nothing waits longer than digests do for the morning, on a day that clocks make longer. What seems to was put off by a
 * clock that was ahead and has been set back since.
 */
const LONGEST_AHEAD_MS = 25 * 3_600_000;
/** Most rows of a channel that are taken at once. */
const TAKEN = 500;

export interface WaitingRow {
  id: string;
  attempts: number;
  message: Message;
}

/** Channels that something waits for, whether it is due or not. */
export async function waitingChannels({ project, store }: Context): Promise<string[]> {
  const rows = await store.database.sql
    .selectFrom('notification')
    .select('channel')
    .distinct()
    .where('project', '=', project)
    .where('state', '=', 'waiting')
    .execute();
  return rows.map(({ channel }) => channel);
}

/** What is due for a channel, oldest first. */
export async function takeDue(
  { project, store }: Context,
  channel: string,
  now: number,
): Promise<WaitingRow[]> {
  const rows = await store.database.sql
    .selectFrom('notification')
    .select(['id', 'attempts', 'payload_json'])
    .where('project', '=', project)
    .where('state', '=', 'waiting')
    .where('channel', '=', channel)
    .where((eb) => eb.or([eb('next_at', '<=', now), eb('next_at', '>', now + LONGEST_AHEAD_MS)]))
    .orderBy('created_at')
    .orderBy('id')
    .limit(TAKEN)
    .execute();
  return rows.map(({ id, attempts, payload_json }) => ({
    id,
    attempts,
    message: Message.parse(JSON.parse(payload_json)),
  }));
}

type RowChange = Partial<
  Pick<Selectable<NotificationTable>, 'state' | 'attempts' | 'next_at' | 'problem' | 'ended_at'>
>;

/** Changes rows in one write. */
export async function changeRows(
  { project, store }: Context,
  changes: readonly { id: string; change: RowChange }[],
): Promise<void> {
  if (changes.length === 0) return;
  await store.database.write(async (sql) => {
    for (const { id, change } of changes) {
      await sql
        .updateTable('notification')
        .set(change)
        .where('project', '=', project)
        .where('id', '=', id)
        .execute();
    }
  });
}

/** Gives up everything that waits for a channel. */
export async function giveUpChannel(
  { project, store }: Context,
  channel: string,
  problem: string,
  now: number,
): Promise<void> {
  await store.database.write((sql) =>
    sql
      .updateTable('notification')
      .set({ state: 'given-up', problem, ended_at: now })
      .where('project', '=', project)
      .where('channel', '=', channel)
      .where('state', '=', 'waiting')
      .execute(),
  );
}

/** Rows that ended before a time go. */
export async function pruneNotifications({ project, store }: Context, before: number): Promise<void> {
  const old = await store.database.sql
    .selectFrom('notification')
    .select('id')
    .where('project', '=', project)
    .where('state', '!=', 'waiting')
    .where('ended_at', '<', before)
    .limit(1)
    .executeTakeFirst();
  if (old === undefined) return;
  await store.database.write((sql) =>
    sql
      .deleteFrom('notification')
      .where('project', '=', project)
      .where('state', '!=', 'waiting')
      .where('ended_at', '<', before)
      .execute(),
  );
}
