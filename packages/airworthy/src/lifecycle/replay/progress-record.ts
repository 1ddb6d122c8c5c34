import type { Context } from '../../store/ports.ts';
import { ReplayProgress } from './schema.ts';

/** How far the replay of that key is; undefined before its first hour. */
export async function readProgress(
  { project, store }: Context,
  key: string,
): Promise<ReplayProgress | undefined> {
  const row = await store.database.sql
    .selectFrom('journal_step')
    .select('output_json')
    .where('project', '=', project)
    .where('key', '=', key)
    .executeTakeFirst();
  return row?.output_json ? ReplayProgress.parse(JSON.parse(row.output_json)) : undefined;
}

/** Kept in the journal, so that it is never ahead of what it says is on record. */
export async function saveProgress(
  { project, store }: Context,
  key: string,
  progress: ReplayProgress,
): Promise<void> {
  const { state, began, time } = progress;
  const changing = {
    state,
    output_json: JSON.stringify(progress),
    ended_at: state === 'done' ? time : null,
  };
  await store.database.write((sql) =>
    sql
      .insertInto('journal_step')
      .values({ project, key, work: 'replay', step: 'replay', started_at: began, ...changing })
      .onConflict((conflict) => conflict.columns(['project', 'key']).doUpdateSet(changing))
      .execute(),
  );
}
