import type { Context } from '../../store/ports.ts';

const DAY_MS = 86_400_000;
/** What is kept of single units and predictions; sums and events stay. */
const OF_SINGLE = ['rollout_incident', 'rollout_outcome', 'shadow_comparison'] as const;

/** Deletes what rollouts that are long over kept of single units and predictions; what was decided on which evidence stays. */
export async function pruneRollouts(context: Context, retentionDays: number): Promise<void> {
  const { project, store, clock } = context;
  const before = clock.now() - retentionDays * DAY_MS;
  const over = await store.database.sql
    .selectFrom('rollout')
    .select('id')
    .where('project', '=', project)
    .where('ended_at', '<', before)
    .where((where) =>
      where.or(
        OF_SINGLE.map((table) =>
          where.exists(
            where
              .selectFrom(table)
              .select(`${table}.rollout`)
              .where(`${table}.project`, '=', project)
              .whereRef(`${table}.rollout`, '=', 'rollout.id'),
          ),
        ),
      ),
    )
    .execute();
  for (const { id } of over) {
    await store.database.write(async (sql) => {
      for (const table of OF_SINGLE)
        await sql.deleteFrom(table).where('project', '=', project).where('rollout', '=', id).execute();
    });
  }
}
