import { AirworthyError } from '../../kernel/errors.ts';
import { moment } from '../../kernel/figures.ts';
import type { Context } from '../../store/ports.ts';
import { readVirtualTime } from '../../store/rehearsal-folder.ts';

/**
 * Sets a rehearsal back to the time a replay begins at: what serves counts as deployed by then, whenever it was. Throws
 * REPLAY_IMPOSSIBLE where requests were replayed already that lie after it.
 */
export async function setBack({ project, store }: Context, time: number): Promise<void> {
  const { sql } = store.database;
  const later = await sql
    .selectFrom('prediction')
    .select('at')
    .where('project', '=', project)
    .where('at', '>', time)
    .limit(1)
    .executeTakeFirst();
  if (later !== undefined) {
    const stands = readVirtualTime(store.folder) ?? later.at;
    throw new AirworthyError('REPLAY_IMPOSSIBLE', {
      message: `the rehearsal in ${store.folder} stands at ${moment(stands)}; its time cannot go back to ${moment(time)}`,
      remedy: 'Replay later rows (--from), or begin another rehearsal (--name).',
    });
  }
  await store.database.write(async (sql) => {
    const deployed = sql.updateTable('deployment').set({ started_at: time });
    await deployed.where('project', '=', project).where('started_at', '>', time).execute();
    const named = sql.updateTable('alias_history').set({ at: time });
    await named.where('project', '=', project).where('at', '>', time).execute();
  });
}
